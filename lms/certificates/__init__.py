"""Certificates: issued when a course’s conditions are met, frozen, verified, revoked and issued again."""

from flask import Blueprint

blueprint = Blueprint("certificates", __name__)
