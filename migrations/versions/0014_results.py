"""Released figures of a course."""

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing to add."""


def downgrade() -> None:
    """Nothing to take away."""
