"""Pages of this feature."""

from lms.people import models  # noqa: F401
