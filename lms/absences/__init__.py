"""Who did not come: the reasons counted, and repeated unexplained absence seen."""

from flask import Blueprint

blueprint = Blueprint("absences", __name__)
