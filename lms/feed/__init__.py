"""One's own calendar by a secret address: places and sessions one teaches, kept up to date by the calendar program itself."""

from flask import Blueprint

blueprint = Blueprint("feed", __name__)
