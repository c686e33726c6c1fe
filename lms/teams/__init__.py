"""An agency's training lead looks after its people: who has learned what, places for a team, places to be named later."""

from flask import Blueprint

blueprint = Blueprint("teams", __name__)
