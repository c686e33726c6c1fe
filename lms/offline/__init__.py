"""The register on a phone without a network: a page that works alone, and what it sends when the network is back."""

from flask import Blueprint

blueprint = Blueprint("offline", __name__)
