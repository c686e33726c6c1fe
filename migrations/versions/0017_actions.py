"""The action log: what its pages keep."""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Why no end date is right, and when the clock next changes something: the first job after this looks at every action."""
    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.add_column(sa.Column('long_term_why', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('look_on', sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f('ix_action_look_on'), ['look_on'], unique=False)


def downgrade() -> None:
    """Back: both are forgotten."""
    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_action_look_on'))
        batch_op.drop_column('look_on')
        batch_op.drop_column('long_term_why')
