"""E-learning: packages, launches and progress."""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add, fill, forbid."""


def downgrade() -> None:
    """Back to the release before."""
