"""Courses and their sessions: what there is to learn, when, where, and why."""

from flask import Blueprint

blueprint = Blueprint("catalogue", __name__)
