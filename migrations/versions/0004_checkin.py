"""Checking in by oneself, and marks made on a phone without a network."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add, fill, forbid."""


def downgrade() -> None:
    """Back to the release before."""
