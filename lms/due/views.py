"""Pages of this feature."""

from lms.due import models  # noqa: F401
