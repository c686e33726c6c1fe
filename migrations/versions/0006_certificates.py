"""Certificates, as they were issued."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add, fill, forbid."""


def downgrade() -> None:
    """Back to the release before."""
