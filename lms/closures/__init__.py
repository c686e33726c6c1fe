"""Sessions that are cancelled or join another: their people are carried along, and told once."""

from flask import Blueprint

blueprint = Blueprint("closures", __name__)
