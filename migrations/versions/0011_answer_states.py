"""Late, partial and refused answers, paper, looking back, and the days of waves an officer has changed."""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

#: The stages of a round in the release before.
STAGES = "'planned', 'open', 'reminded', 'last_called', 'closed'"


def upgrade() -> None:
    """Add, fill, forbid. Waves that were there before take no late answers, and nobody has counted what was not noted then."""
    with op.batch_alter_table('evaluation_plan', schema=None) as batch_op:
        batch_op.add_column(sa.Column('then_test', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('days', sa.JSON(), nullable=False, server_default=sa.text("'{}'")))

    with op.batch_alter_table('survey_round', schema=None) as batch_op:
        batch_op.add_column(sa.Column('then_test', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('late_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('begun_count', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('refused_count', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('late_count', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('paper_count', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('unpaired_count', sa.Integer(), nullable=False, server_default='0'))
        batch_op.drop_constraint(op.f('ck_survey_round_roundstage'), type_='check')
        batch_op.create_check_constraint(op.f('ck_survey_round_roundstage'), f"stage IN ({STAGES}, 'late')")

    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('refused', sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table('response', schema=None) as batch_op:
        for name in ('partial', 'late'):
            batch_op.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Back to the release before. Waves that only took late answers are over."""
    with op.batch_alter_table('response', schema=None) as batch_op:
        for name in ('partial', 'late'):
            batch_op.drop_column(name)

    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_column('refused')

    op.execute("UPDATE survey_round SET stage = 'last_called' WHERE stage = 'late'")
    with op.batch_alter_table('survey_round', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_survey_round_roundstage'), type_='check')
        batch_op.create_check_constraint(op.f('ck_survey_round_roundstage'), f"stage IN ({STAGES})")
        for name in (
            'then_test',
            'late_until',
            'begun_count',
            'refused_count',
            'late_count',
            'paper_count',
            'unpaired_count',
        ):
            batch_op.drop_column(name)

    with op.batch_alter_table('evaluation_plan', schema=None) as batch_op:
        batch_op.drop_column('days')
        batch_op.drop_column('then_test')
