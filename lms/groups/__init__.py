"""Sessions that belong together: copies of a session, series on several dates, and bundles such as Safeguarding Week."""

from flask import Blueprint

blueprint = Blueprint("groups", __name__)
