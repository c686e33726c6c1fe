"""My learning: places to come, what is open, what is over."""

from flask import Blueprint

blueprint = Blueprint("learning", __name__)
