"""Question sets in the making, and their languages."""

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing to add."""


def downgrade() -> None:
    """Nothing to take away."""
