"""The pages that say how the service works: help, privacy, accessibility, and where a worry about a child goes."""

from flask import Blueprint

blueprint = Blueprint("pages", __name__)

from lms.pages import views  # noqa: E402, F401
