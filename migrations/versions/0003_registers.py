"""Registers by date: which date a mark is of, how it was made, and what they say together of each booking."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


MARKS = ('attended', 'part', 'left_early', 'apology', 'no_show')
HOW = ('register', 'check_in', 'meeting', 'imported')


def _add_marks() -> None:
    """Each mark is of a date now. The release before knew one mark for a session; it goes to the session's first date. It also
    had no word for how a mark came to be: those nobody made were loaded from elsewhere."""
    with op.batch_alter_table('attendance_mark', schema=None) as batch_op:
        batch_op.add_column(sa.Column('date_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('minutes', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('how', sa.String(length=40), server_default='register', nullable=False))
        batch_op.add_column(sa.Column('received_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('device_key', sa.String(length=64), nullable=True))
        batch_op.drop_index('uq_attendance_mark_current')
    op.execute(
        "UPDATE attendance_mark SET date_id = (SELECT session_date.id FROM session_date JOIN booking "
        "ON booking.session_id = session_date.session_id WHERE booking.id = attendance_mark.booking_id "
        "ORDER BY session_date.starts_at LIMIT 1)"
    )
    op.execute("UPDATE attendance_mark SET how = 'imported' WHERE marked_by_id IS NULL")
    with op.batch_alter_table('attendance_mark', schema=None) as batch_op:
        batch_op.alter_column('date_id', existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column(
            'how',
            existing_type=sa.String(length=40),
            type_=sa.Enum(*HOW, name='markedhow', native_enum=False, length=40, create_constraint=True),
            existing_nullable=False,
            server_default=None,
        )
        batch_op.create_foreign_key(batch_op.f('fk_attendance_mark_date_id'), 'session_date', ['date_id'], ['id'])
        batch_op.create_unique_constraint(batch_op.f('uq_attendance_mark_device_key'), ['device_key'])
        batch_op.create_check_constraint(batch_op.f('ck_attendance_mark_minutes_not_negative'), 'minutes IS NULL OR minutes >= 0')
        batch_op.create_index(batch_op.f('ix_attendance_mark_date_id'), ['date_id'], unique=False)
        batch_op.create_index(
            'uq_attendance_mark_current', ['booking_id', 'date_id'], unique=True,
            sqlite_where=sa.text('replaced_at IS NULL'), postgresql_where=sa.text('replaced_at IS NULL'),
        )


def upgrade() -> None:
    """Add, fill, forbid."""
    op.create_table('stored_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=24), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=120), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['added_by_id'], ['person.id'], name=op.f('fk_stored_file_added_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stored_file')),
    sa.UniqueConstraint('reference', name=op.f('uq_stored_file_reference'))
    )
    with op.batch_alter_table('stored_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stored_file_sha256'), ['sha256'], unique=False)

    with op.batch_alter_table('session_date', schema=None) as batch_op:
        batch_op.add_column(sa.Column('register_finished_at', sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE session_date SET register_finished_at = "
        "(SELECT register_finished_at FROM course_session WHERE course_session.id = session_date.session_id)"
    )
    _add_marks()
    op.create_table('attendance',
    sa.Column('booking_id', sa.Integer(), nullable=False),
    sa.Column('mark', sa.Enum(*MARKS, name='mark', native_enum=False, length=40, create_constraint=True), nullable=False),
    sa.Column('dates_came', sa.Integer(), nullable=False),
    sa.Column('marked_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('dates_came >= 0', name=op.f('ck_attendance_dates_not_negative')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_attendance_booking_id')),
    sa.PrimaryKeyConstraint('booking_id', name=op.f('pk_attendance'))
    )
    with op.batch_alter_table('attendance', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attendance_mark'), ['mark'], unique=False)
    # What the marks of all dates say together: with several dates, who left one of them early came in part, and so did somebody
    # who walked in and has a mark of one date alone.
    op.execute(
        "INSERT INTO attendance (booking_id, mark, dates_came, marked_at) "
        "SELECT attendance_mark.booking_id, CASE WHEN attendance_mark.mark IN ('attended', 'part', 'left_early') "
        "AND (SELECT count(*) FROM session_date WHERE session_date.session_id = booking.session_id) > 1 "
        "AND (attendance_mark.mark != 'attended' OR booking.origin = 'walk_in') THEN 'part' "
        "WHEN attendance_mark.mark = 'apology' AND booking.origin = 'walk_in' "
        "AND (SELECT count(*) FROM session_date WHERE session_date.session_id = booking.session_id) > 1 THEN 'no_show' "
        "ELSE attendance_mark.mark END, "
        "CASE WHEN attendance_mark.mark IN ('attended', 'part', 'left_early') THEN 1 ELSE 0 END, attendance_mark.marked_at "
        "FROM attendance_mark JOIN booking ON booking.id = attendance_mark.booking_id "
        "WHERE attendance_mark.replaced_at IS NULL"
    )
    op.create_table('absence_talk',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('spoken_on', sa.Date(), nullable=False),
    sa.Column('noted_by_id', sa.Integer(), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['noted_by_id'], ['person.id'], name=op.f('fk_absence_talk_noted_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_absence_talk_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_absence_talk'))
    )
    with op.batch_alter_table('absence_talk', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_absence_talk_person_id'), ['person_id'], unique=False)


def downgrade() -> None:
    """Back to the release before."""
    op.drop_table('absence_talk')
    op.drop_table('attendance')
    # One mark a booking again: the last date's that was marked stands, the others become earlier ones.
    op.execute(
        "UPDATE attendance_mark SET replaced_at = marked_at WHERE replaced_at IS NULL AND EXISTS (SELECT 1 FROM attendance_mark "
        "AS later WHERE later.booking_id = attendance_mark.booking_id AND later.replaced_at IS NULL AND later.id > attendance_mark.id)"
    )
    with op.batch_alter_table('attendance_mark', schema=None) as batch_op:
        batch_op.drop_index('uq_attendance_mark_current')
        batch_op.drop_index(batch_op.f('ix_attendance_mark_date_id'))
        batch_op.drop_constraint(batch_op.f('ck_attendance_mark_minutes_not_negative'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_attendance_mark_markedhow'), type_='check')
        batch_op.drop_constraint(batch_op.f('uq_attendance_mark_device_key'), type_='unique')
        batch_op.drop_constraint(batch_op.f('fk_attendance_mark_date_id'), type_='foreignkey')
        for column in ('device_key', 'received_at', 'how', 'minutes', 'date_id'):
            batch_op.drop_column(column)
        batch_op.create_index(
            'uq_attendance_mark_current', ['booking_id'], unique=True,
            sqlite_where=sa.text('replaced_at IS NULL'), postgresql_where=sa.text('replaced_at IS NULL'),
        )
    with op.batch_alter_table('session_date', schema=None) as batch_op:
        batch_op.drop_column('register_finished_at')
    op.drop_table('stored_file')
