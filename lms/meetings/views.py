"""Pages of this feature."""

from lms.meetings import models as models
