"""The people of a session, as officers look after them; and the reasons for which somebody goes before others."""

from flask import Blueprint

blueprint = Blueprint("participants", __name__)
