"""Attendance reports of online meetings: the least share of the time that counts, and reports that are being looked at."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add, fill, forbid."""
    with op.batch_alter_table('course', schema=None) as batch_op:
        batch_op.add_column(sa.Column('minimum_share', sa.Integer(), nullable=False, server_default='80'))
        batch_op.create_check_constraint(op.f('ck_course_minimum_share_is_share'), 'minimum_share BETWEEN 1 AND 100')

    op.create_table(
        'meeting_report',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('reference', sa.String(length=24), nullable=False),
        sa.Column('date_id', sa.Integer(), nullable=False),
        sa.Column('uploaded_by_id', sa.Integer(), nullable=False),
        sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('read', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ['date_id'], ['session_date.id'], name=op.f('fk_meeting_report_date_id'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(['uploaded_by_id'], ['person.id'], name=op.f('fk_meeting_report_uploaded_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_report')),
        sa.UniqueConstraint('date_id', 'uploaded_by_id', name=op.f('uq_meeting_report_date_id_uploaded_by_id')),
        sa.UniqueConstraint('reference', name=op.f('uq_meeting_report_reference')),
    )
    with op.batch_alter_table('meeting_report', schema=None) as batch_op:
        batch_op.create_index(op.f('ix_meeting_report_uploaded_at'), ['uploaded_at'])
        batch_op.create_index(op.f('ix_meeting_report_uploaded_by_id'), ['uploaded_by_id'])


def downgrade() -> None:
    """Back to the release before. Reports nobody put on a register yet are gone; they can be uploaded again."""
    op.drop_table('meeting_report')
    with op.batch_alter_table('course', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_course_minimum_share_is_share'), type_='check')
        batch_op.drop_column('minimum_share')
