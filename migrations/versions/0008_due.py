"""Rules of what is due, as dated data."""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add, fill, forbid."""


def downgrade() -> None:
    """Back to the release before."""
