"""Certificates, as they were issued; mass issues; what a course asks for; counted looks at the page that checks codes."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

LIVE = sa.text('revoked_at IS NULL')
TO_DRAW = sa.text('file_id IS NULL AND revoked_at IS NULL')


def upgrade() -> None:
    """Add, fill, forbid. No course gives certificates until an officer says so."""
    op.create_table('verify_count',
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key_hash', name=op.f('pk_verify_count'))
    )
    with op.batch_alter_table('verify_count', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_verify_count_ends_at'), ['ends_at'], unique=False)

    op.create_table('certificate_rule',
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('least_share', sa.Integer(), nullable=False),
    sa.Column('part_counts', sa.Boolean(), nullable=False),
    sa.Column('after_questions', sa.Boolean(), nullable=False),
    sa.CheckConstraint('least_share BETWEEN 1 AND 100', name=op.f('ck_certificate_rule_share_per_cent')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_certificate_rule_course_id')),
    sa.PrimaryKeyConstraint('course_id', name=op.f('pk_certificate_rule'))
    )
    op.create_table('issue_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=24), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=True),
    sa.Column('course_id', sa.Integer(), nullable=True),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('undo_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('(session_id IS NULL) != (course_id IS NULL)', name=op.f('ck_issue_run_of_one')),
    sa.CheckConstraint('people > 0', name=op.f('ck_issue_run_people_positive')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_issue_run_course_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_issue_run_made_by_id')),
    sa.ForeignKeyConstraint(['session_id'], ['course_session.id'], name=op.f('fk_issue_run_session_id')),
    sa.ForeignKeyConstraint(['undone_by_id'], ['person.id'], name=op.f('fk_issue_run_undone_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issue_run')),
    sa.UniqueConstraint('reference', name=op.f('uq_issue_run_reference'))
    )
    with op.batch_alter_table('issue_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_issue_run_course_id'), ['course_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_issue_run_session_id'), ['session_id'], unique=False)

    op.create_table('certificate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=24), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('printed_code', sa.String(length=17), nullable=False),
    sa.Column('booking_id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=201), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('course_code', sa.String(length=12), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('outcomes', sa.JSON(), nullable=False),
    sa.Column('levels', sa.JSON(), nullable=False),
    sa.Column('hours', sa.Double(), nullable=True),
    sa.Column('participatory_hours', sa.Double(), nullable=True),
    sa.Column('days', sa.JSON(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('awarded_by', sa.String(length=200), nullable=False),
    sa.Column('made_up', sa.Boolean(), nullable=False),
    sa.Column('dates_attended', sa.Integer(), nullable=False),
    sa.Column('dates_of', sa.Integer(), nullable=False),
    sa.Column('least_share', sa.Integer(), nullable=False),
    sa.Column('by_hand_why', sa.String(length=300), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('issued_by_id', sa.Integer(), nullable=True),
    sa.Column('replaces_id', sa.Integer(), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_by_id', sa.Integer(), nullable=True),
    sa.Column('revoked_why', sa.String(length=300), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('draw_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lease_token', sa.String(length=32), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.CheckConstraint("(revoked_at IS NULL) = (revoked_why = '')", name=op.f('ck_certificate_revoked_has_reason')),
    sa.CheckConstraint("by_hand_why != '' OR (dates_of > 0 AND dates_attended * 100 >= least_share * dates_of)", name=op.f('ck_certificate_earned')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_certificate_booking_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_certificate_file_id')),
    sa.ForeignKeyConstraint(['issued_by_id'], ['person.id'], name=op.f('fk_certificate_issued_by_id')),
    sa.ForeignKeyConstraint(['replaces_id'], ['certificate.id'], name=op.f('fk_certificate_replaces_id')),
    sa.ForeignKeyConstraint(['revoked_by_id'], ['person.id'], name=op.f('fk_certificate_revoked_by_id')),
    sa.ForeignKeyConstraint(['run_id'], ['issue_run.id'], name=op.f('fk_certificate_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_certificate_code_hash')),
    sa.UniqueConstraint('printed_code', name=op.f('uq_certificate_printed_code')),
    sa.UniqueConstraint('reference', name=op.f('uq_certificate_reference')),
    sa.UniqueConstraint('replaces_id', name=op.f('uq_certificate_replaces_id'))
    )
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_certificate_booking_id'), ['booking_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_certificate_run_id'), ['run_id'], unique=False)
        batch_op.create_index('ix_certificate_to_draw', ['draw_at', 'id'], unique=False, sqlite_where=TO_DRAW, postgresql_where=TO_DRAW)
        batch_op.create_index('uq_certificate_live', ['booking_id'], unique=True, sqlite_where=LIVE, postgresql_where=LIVE)


def downgrade() -> None:
    """Back to the release before."""
    for table in ('certificate', 'issue_run', 'certificate_rule', 'verify_count'):
        op.drop_table(table)
