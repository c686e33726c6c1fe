"""Checking in by oneself: a code that the trainer shows and that changes, or a short one typed."""

from flask import Blueprint

blueprint = Blueprint("checkin", __name__)
