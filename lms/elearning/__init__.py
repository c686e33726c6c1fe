"""E-learning on demand: bookings, starts and completions, each counted apart."""

from flask import Blueprint

blueprint = Blueprint("elearning", __name__)
