"""Outgoing mail: rows written with what causes them, sent afterwards, never twice, never lost."""

from flask import Blueprint

blueprint = Blueprint("letters", __name__)

from lms.letters import views  # noqa: E402, F401
