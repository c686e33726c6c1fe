"""Who must hold what: rules as dated data, what is due next, and who holds it."""

from flask import Blueprint

blueprint = Blueprint("due", __name__)
