"""Registers: who came, in part, sent apologies, did not come, or walked in."""

from flask import Blueprint

blueprint = Blueprint("attendance", __name__)
