"""Attendance reports of online meetings."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add, fill, forbid."""


def downgrade() -> None:
    """Back to the release before."""
