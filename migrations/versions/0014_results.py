"""Released figures of a course: what may be told, slice by slice, and which waves of which sessions it counts."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('release',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('made_on', sa.Date(), nullable=False),
    sa.Column('threshold', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_release_course_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_release'))
    )
    with op.batch_alter_table('release', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_release_course_id'), ['course_id'], unique=False)

    op.create_table('counted_round',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('release_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['release_id'], ['release.id'], name=op.f('fk_counted_round_release_id')),
    sa.ForeignKeyConstraint(['round_id'], ['survey_round.id'], name=op.f('fk_counted_round_round_id')),
    sa.PrimaryKeyConstraint('round_id', name=op.f('pk_counted_round'))
    )
    with op.batch_alter_table('counted_round', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_counted_round_release_id'), ['release_id'], unique=False)

    op.create_table('released_slice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('release_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('document', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['release_id'], ['release.id'], name=op.f('fk_released_slice_release_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_released_slice')),
    sa.UniqueConstraint('release_id', 'key', name=op.f('uq_released_slice_release_id_key'))
    )


def downgrade() -> None:
    op.drop_table('released_slice')
    with op.batch_alter_table('counted_round', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_counted_round_release_id'))

    op.drop_table('counted_round')
    with op.batch_alter_table('release', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_release_course_id'))

    op.drop_table('release')
