"""Pages of this feature."""

from lms.absences import blueprint
from lms.permissions import Permission, requires


@blueprint.get("/absences")
@requires(Permission.ABSENCE_VIEW)
def index() -> str:
    """To come."""
    return ""
