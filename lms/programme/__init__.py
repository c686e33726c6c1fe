"""Officers make sessions and run them: dates, places, who is told when something changes."""

from flask import Blueprint

blueprint = Blueprint("programme", __name__)
