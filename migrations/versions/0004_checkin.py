"""Checking in by oneself, and marks made on a phone without a network.

Neither has a table of its own. Codes follow from the secret and the time; wrong ones somebody types are counted with the other tries
(failed_sign_in). What a device calls a mark and when it reached us are columns of the mark, which came with registers by date.
"""

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing to add."""


def downgrade() -> None:
    """Nothing to take away."""
