"""One identity for life: people who move to another organisation, and two accounts that are one person."""

from flask import Blueprint

blueprint = Blueprint("people", __name__)
