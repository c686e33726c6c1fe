"""Officers make and change courses, the levels they are graded by, and the venues they are held in."""

from flask import Blueprint

blueprint = Blueprint("courses", __name__)
