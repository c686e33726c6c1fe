"""Surveys that belong to no session."""

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing to add."""


def downgrade() -> None:
    """Nothing to take away."""
