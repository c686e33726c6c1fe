"""The register of schools: numbers, phases, types, trusts, what opened and closed, and which number followed which."""

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
