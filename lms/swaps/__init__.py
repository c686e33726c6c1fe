"""A colleague instead, or another date: a place is passed on, or moves, without being given back."""

from flask import Blueprint

blueprint = Blueprint("swaps", __name__)
