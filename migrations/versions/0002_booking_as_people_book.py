"""Booking as people really book: holds, offers, approval, several dates, levels as data, charges.

Add, fill, forbid: columns that must have a value come with a default or are filled before they are required. The defaults stay,
so that a machine still running the release before can go on adding rows.
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


#: What the application checks of a booking, by the names it gives its constraints.
BOOKING_CHECKS = {
    'offer_has_end': "(status = 'offered') = (offer_until IS NOT NULL)",
    'cancelled_has_time': "(status = 'cancelled') = (cancelled_at IS NOT NULL)",
    'held_for_answer': "status != 'approval' OR approval = 'asked'",
    'no_place_before_answer': "status NOT IN ('booked', 'offered') OR approval != 'asked'",
    'booked_has_time': "status != 'booked' OR booked_at IS NOT NULL",
}
STATUSES = "status IN ('booked', 'offered', 'approval', 'waiting', 'cancelled')"
STATUSES_BEFORE = "status IN ('booked', 'waiting', 'cancelled')"
FIRST_DAY = date(2022, 4, 1)
#: Levels that said no more than the kind of the course.
NO_LEVELS = ('', 'signposted', 'resource', 'forum', 'briefing')


def _fill_bookings() -> None:
    """What the new columns of bookings say of those that are there. Who left a waiting list was not written to: how that ended
    is not said, so no letter about it is looked for."""
    op.execute(
        "UPDATE booking SET held_at = booked_at, "
        "organisation_id = (SELECT organisation_id FROM person WHERE person.id = booking.person_id), "
        "sequence = (SELECT sequence FROM course_session WHERE course_session.id = booking.session_id) "
        "+ CASE WHEN status = 'cancelled' THEN 1 ELSE 0 END, "
        "ending = CASE WHEN status != 'cancelled' OR booked_at IS NULL THEN NULL WHEN (SELECT cancelled_at FROM course_session "
        "WHERE course_session.id = booking.session_id) IS NOT NULL THEN 'session_cancelled' ELSE 'cancelled' END"
    )


def _require_bookings() -> None:
    """What must be true of bookings from now on."""
    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.alter_column('organisation_id', existing_type=sa.Integer(), nullable=False)
        batch_op.drop_constraint(op.f('ck_booking_bookingstatus'), type_='check')
        batch_op.create_check_constraint(op.f('ck_booking_bookingstatus'), STATUSES)
        for name, rule in BOOKING_CHECKS.items():
            batch_op.create_check_constraint(op.f(f'ck_booking_{name}'), rule)


def _fill_levels() -> None:
    """A course's level was a word; it becomes a level of the partnership's own scheme, which can be edited."""
    bind = op.get_bind()
    words = [word for (word,) in bind.execute(sa.text("SELECT DISTINCT level FROM course ORDER BY level")) if word not in NO_LEVELS]
    if not words:
        return
    bind.execute(
        sa.text("INSERT INTO level_scheme (key, name, source, position) VALUES ('local', 'Partnership', '', 0)")
    )
    for position, word in enumerate(words):
        bind.execute(
            sa.text(
                "INSERT INTO level (scheme_id, key, name, about, position, valid_from) SELECT id, :key, :name, '', "
                ":position, :day FROM level_scheme WHERE key = 'local'"
            ),
            {'key': word, 'name': word.replace('_', ' ').capitalize(), 'position': position, 'day': FIRST_DAY},
        )
    bind.execute(
        sa.text("INSERT INTO course_level (course_id, level_id) SELECT c.id, l.id FROM course c JOIN level l ON l.key = c.level")
    )


def _see_to_reminders() -> None:
    """Where there are sessions already, nobody is reminded of what was due before today."""
    op.execute(
        "INSERT INTO reminded (id, until) SELECT 1, COALESCE((SELECT demo_now FROM partnership), CURRENT_TIMESTAMP) "
        "WHERE EXISTS (SELECT 1 FROM course_session)"
    )


def upgrade() -> None:
    op.create_table('reminded',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_reminded_only_one')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminded'))
    )
    op.create_table(
        "letter_wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=150), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("replaced_at >= written_at", name=op.f("ck_letter_wording_replaced_after_written")),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name=op.f("fk_letter_wording_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_wording")),
    )
    with op.batch_alter_table("letter_wording", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_wording_key"), ["key"], unique=False)
        batch_op.create_index(
            "uq_letter_wording_current",
            ["key"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )

    op.create_table('level_scheme',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_level_scheme')),
    sa.UniqueConstraint('key', name=op.f('uq_level_scheme_key'))
    )
    op.create_table('priority_reason',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_priority_reason')),
    sa.UniqueConstraint('name', name=op.f('uq_priority_reason_name'))
    )
    op.create_table('session_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('about', sa.String(length=500), nullable=False),
    sa.Column('kind', sa.Enum('series', 'bundle', name='groupkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_group')),
    sa.UniqueConstraint('key', name=op.f('uq_session_group_key'))
    )
    op.create_table('charge_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('place', 'late_cancellation', 'no_show', 'not_completed', name='chargekind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=True),
    sa.Column('sector_id', sa.Integer(), nullable=True),
    sa.Column('length', sa.Enum('half', 'full', name='length', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('turnover_from', sa.Integer(), nullable=True),
    sa.Column('turnover_below', sa.Integer(), nullable=True),
    sa.Column('pence', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.CheckConstraint('pence >= 0', name=op.f('ck_charge_rule_pence_not_negative')),
    sa.CheckConstraint('turnover_from IS NULL OR turnover_below IS NULL OR turnover_below > turnover_from', name=op.f('ck_charge_rule_band')),
    sa.CheckConstraint('valid_until IS NULL OR valid_until >= valid_from', name=op.f('ck_charge_rule_until_after_from')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_charge_rule_course_id')),
    sa.ForeignKeyConstraint(['sector_id'], ['sector.id'], name=op.f('fk_charge_rule_sector_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_charge_rule'))
    )
    op.create_table('course_prerequisite',
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('required_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_course_prerequisite_course_id')),
    sa.ForeignKeyConstraint(['required_id'], ['course.id'], name=op.f('fk_course_prerequisite_required_id')),
    sa.PrimaryKeyConstraint('course_id', 'required_id', name=op.f('pk_course_prerequisite'))
    )
    op.create_table('level',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('scheme_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('about', sa.String(length=400), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.CheckConstraint('valid_until IS NULL OR valid_until >= valid_from', name=op.f('ck_level_until_after_from')),
    sa.ForeignKeyConstraint(['scheme_id'], ['level_scheme.id'], name=op.f('fk_level_scheme_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_level')),
    sa.UniqueConstraint('scheme_id', 'key', 'valid_from', name=op.f('uq_level_scheme_id_key_valid_from'))
    )
    op.create_table('course_level',
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('level_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_course_level_course_id')),
    sa.ForeignKeyConstraint(['level_id'], ['level.id'], name=op.f('fk_course_level_level_id')),
    sa.PrimaryKeyConstraint('course_id', 'level_id', name=op.f('pk_course_level'))
    )
    op.create_table('delivery_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=24), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('whole_school', 'team', 'out_of_area', name='deliverykind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('outside_name', sa.String(length=200), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('wish', sa.String(length=500), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Enum('asked', 'agreed', 'declined', 'withdrawn', name='deliverystate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('answer', sa.String(length=500), nullable=False),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('session_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(organisation_id IS NULL) = (outside_name != '')", name=op.f('ck_delivery_request_one_organisation')),
    sa.CheckConstraint("(state = 'asked') = (answered_at IS NULL)", name=op.f('ck_delivery_request_answered_has_time')),
    sa.CheckConstraint('people > 0', name=op.f('ck_delivery_request_people_positive')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_delivery_request_answered_by_id')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['person.id'], name=op.f('fk_delivery_request_asked_by_id')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_delivery_request_course_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_delivery_request_organisation_id')),
    sa.ForeignKeyConstraint(['session_id'], ['course_session.id'], name=op.f('fk_delivery_request_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery_request')),
    sa.UniqueConstraint('reference', name=op.f('uq_delivery_request_reference'))
    )
    with op.batch_alter_table('delivery_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delivery_request_asked_by_id'), ['asked_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_delivery_request_course_id'), ['course_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_delivery_request_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('interest',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('wish', sa.String(length=200), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_interest_course_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_interest_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interest'))
    )
    with op.batch_alter_table('interest', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_interest_person_id'), ['person_id'], unique=False)
        batch_op.create_index('uq_interest_open', ['course_id', 'person_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('reservation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=24), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked', sa.Integer(), nullable=False),
    sa.Column('places', sa.Integer(), nullable=False),
    sa.Column('name_by', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reminder_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(places = 0) = (ended_at IS NOT NULL)', name=op.f('ck_reservation_ends_when_empty')),
    sa.CheckConstraint('places >= 0', name=op.f('ck_reservation_places_not_negative')),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_reservation_made_by_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_reservation_organisation_id')),
    sa.ForeignKeyConstraint(['session_id'], ['course_session.id'], name=op.f('fk_reservation_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reservation')),
    sa.UniqueConstraint('reference', name=op.f('uq_reservation_reference'))
    )
    with op.batch_alter_table('reservation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reservation_name_by'), ['name_by'], unique=False)
        batch_op.create_index(batch_op.f('ix_reservation_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reservation_session_id'), ['session_id'], unique=False)

    op.create_table('session_date',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_session_date_ends_after_start')),
    sa.ForeignKeyConstraint(['session_id'], ['course_session.id'], name=op.f('fk_session_date_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_date')),
    sa.UniqueConstraint('session_id', 'starts_at', name=op.f('uq_session_date_session_id_starts_at'))
    )
    op.create_table('session_hold',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('sector_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('places', sa.Integer(), nullable=False),
    sa.Column('release_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(sector_id IS NULL) != (organisation_id IS NULL)', name=op.f('ck_session_hold_for_one')),
    sa.CheckConstraint('places > 0', name=op.f('ck_session_hold_places_positive')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_session_hold_organisation_id')),
    sa.ForeignKeyConstraint(['sector_id'], ['sector.id'], name=op.f('fk_session_hold_sector_id')),
    sa.ForeignKeyConstraint(['session_id'], ['course_session.id'], name=op.f('fk_session_hold_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_hold'))
    )
    with op.batch_alter_table('session_hold', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_session_hold_released_at'), ['released_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_session_hold_session_id'), ['session_id'], unique=False)

    op.create_table('trainer_credit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('places', sa.Integer(), nullable=False),
    sa.Column('earned_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('places > 0', name=op.f('ck_trainer_credit_places_positive')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_trainer_credit_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_trainer_credit_person_id')),
    sa.ForeignKeyConstraint(['session_id'], ['course_session.id'], name=op.f('fk_trainer_credit_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trainer_credit')),
    sa.UniqueConstraint('session_id', 'person_id', name=op.f('uq_trainer_credit_session_id_person_id'))
    )
    with op.batch_alter_table('trainer_credit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_trainer_credit_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('charge',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=24), nullable=False),
    sa.Column('kind', sa.Enum('place', 'late_cancellation', 'no_show', 'not_completed', name='chargekind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('booking_id', sa.Integer(), nullable=True),
    sa.Column('enrolment_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('rule_id', sa.Integer(), nullable=True),
    sa.Column('pence', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('waived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('waived_by_id', sa.Integer(), nullable=True),
    sa.Column('waived_why', sa.String(length=300), nullable=False),
    sa.Column('credit_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(waived_at IS NULL) = (waived_why = '')", name=op.f('ck_charge_waived_with_reason')),
    sa.CheckConstraint('(booking_id IS NULL) != (enrolment_id IS NULL)', name=op.f('ck_charge_for_one')),
    sa.CheckConstraint('pence >= 0', name=op.f('ck_charge_pence_not_negative')),
    sa.CheckConstraint('waived_at IS NULL OR credit_id IS NULL', name=op.f('ck_charge_waived_or_credit')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_charge_booking_id')),
    sa.ForeignKeyConstraint(['credit_id'], ['trainer_credit.id'], name=op.f('fk_charge_credit_id')),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_charge_enrolment_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_charge_organisation_id')),
    sa.ForeignKeyConstraint(['rule_id'], ['charge_rule.id'], name=op.f('fk_charge_rule_id')),
    sa.ForeignKeyConstraint(['waived_by_id'], ['person.id'], name=op.f('fk_charge_waived_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_charge')),
    sa.UniqueConstraint('booking_id', 'kind', name=op.f('uq_charge_booking_id_kind')),
    sa.UniqueConstraint('enrolment_id', 'kind', name=op.f('uq_charge_enrolment_id_kind')),
    sa.UniqueConstraint('reference', name=op.f('uq_charge_reference'))
    )
    with op.batch_alter_table('charge', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_charge_made_at'), ['made_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_charge_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('needs',
    sa.Column('booking_id', sa.Integer(), nullable=False),
    sa.Column('access', sa.String(length=500), nullable=False),
    sa.Column('diet', sa.String(length=300), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_needs_booking_id')),
    sa.PrimaryKeyConstraint('booking_id', name=op.f('pk_needs'))
    )
    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.add_column(sa.Column('organisation_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('held_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('ending', sa.Enum('cancelled', 'declined', 'refused', 'silent', 'substituted', 'transferred', 'session_cancelled', name='ending', native_enum=False, create_constraint=True, length=40), nullable=True))
        batch_op.add_column(sa.Column('cancelled_late', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('missed_reason', sa.Enum('work', 'cover', 'unwell', 'leave', 'travel', 'done', 'job', 'other_date', 'other', name='missedreason', native_enum=False, create_constraint=True, length=40), nullable=True))
        batch_op.add_column(sa.Column('cancel_reason', sa.Enum('work', 'cover', 'unwell', 'leave', 'travel', 'done', 'job', 'other_date', 'other', name='cancelreason', native_enum=False, create_constraint=True, length=40), nullable=True))
        batch_op.add_column(sa.Column('priority_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('offer_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('lapsed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('approval', sa.Enum('not_needed', 'asked', 'given', 'refused', 'silent', name='approval', native_enum=False, create_constraint=True, length=40), nullable=False, server_default="not_needed"))
        batch_op.add_column(sa.Column('manager_name', sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column('manager_email', sa.String(length=254), nullable=False, server_default=""))
        batch_op.add_column(sa.Column('approve_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('approval_reminder_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('refusal', sa.String(length=300), nullable=False, server_default=""))
        batch_op.add_column(sa.Column('learned_elsewhere', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('replaces_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('calendar_uid', sa.String(length=80), nullable=False, server_default=""))
        batch_op.add_column(sa.Column('sequence', sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column('moved_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index('ix_booking_approve_until', ['approve_until'], unique=False, sqlite_where=sa.text("approval = 'asked' AND status != 'cancelled'"), postgresql_where=sa.text("approval = 'asked' AND status != 'cancelled'"))
        batch_op.create_index('ix_booking_offer_until', ['offer_until'], unique=False)
        batch_op.create_index(batch_op.f('ix_booking_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_booking_priority_id'), 'priority_reason', ['priority_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_booking_replaces_id'), 'booking', ['replaces_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_booking_organisation_id'), 'organisation', ['organisation_id'], ['id'])

    _fill_bookings()
    _require_bookings()
    _fill_levels()
    _see_to_reminders()
    with op.batch_alter_table('course', schema=None) as batch_op:
        batch_op.add_column(sa.Column('booking_url', sa.String(length=500), nullable=False, server_default=""))
        batch_op.add_column(sa.Column('content_note', sa.String(length=500), nullable=False, server_default=""))
        batch_op.add_column(sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('complete_within_days', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('needs_approval', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('approval_days', sa.Integer(), nullable=False, server_default="5"))
        batch_op.add_column(sa.Column('cancel_amount', sa.Integer(), nullable=False, server_default="3"))
        batch_op.add_column(sa.Column('cancel_unit', sa.Enum('working_days', 'days', 'hours', name='unit', native_enum=False, create_constraint=True, length=40), nullable=False, server_default="working_days"))
        batch_op.add_column(sa.Column('automatic_days', sa.Integer(), nullable=False, server_default="3"))
        batch_op.add_column(sa.Column('offer_hours', sa.Integer(), nullable=False, server_default="24"))
        batch_op.add_column(sa.Column('stops_hours', sa.Integer(), nullable=False, server_default="24"))
        batch_op.add_column(sa.Column('reminder_days', sa.JSON(), nullable=False, server_default="[14, 5]"))
        batch_op.add_column(sa.Column('joining_days', sa.Integer(), nullable=False, server_default="5"))
        batch_op.add_column(sa.Column('tells_manager', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.drop_column('level')

    with op.batch_alter_table('course_session', schema=None) as batch_op:
        batch_op.add_column(sa.Column('audience', sa.String(length=300), nullable=False, server_default=""))
        batch_op.add_column(sa.Column('minimum', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('booking_opens_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('booking_closes_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('asks_access', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column('asks_diet', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('group_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('published_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('cancelled_why', sa.String(length=300), nullable=False, server_default=""))
        batch_op.add_column(sa.Column('merged_into_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_course_session_group_id'), ['group_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_course_session_published_at'), ['published_at'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_course_session_group_id'), 'session_group', ['group_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_course_session_merged_into_id'), 'course_session', ['merged_into_id'], ['id'])
        batch_op.drop_column('sequence')
        batch_op.create_check_constraint(op.f('ck_course_session_minimum_not_negative'), 'minimum IS NULL OR minimum >= 0')
        batch_op.create_check_constraint(
            op.f('ck_course_session_closes_before_start'), 'booking_closes_at IS NULL OR booking_closes_at <= starts_at'
        )
    op.execute("UPDATE course_session SET published_at = added_at")
    op.execute("INSERT INTO session_date (session_id, starts_at, ends_at) SELECT id, starts_at, ends_at FROM course_session")

    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('turnover', sa.Integer(), nullable=True))

    with op.batch_alter_table('partnership', schema=None) as batch_op:
        batch_op.add_column(sa.Column('charges', sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('calendar_version', sa.Integer(), nullable=False, server_default="0"))



def downgrade() -> None:
    op.execute(
        "UPDATE booking SET status = 'waiting', offer_until = NULL, held_at = NULL WHERE status IN ('offered', 'approval')"
    )
    with op.batch_alter_table('booking', schema=None) as batch_op:
        for name in BOOKING_CHECKS:
            batch_op.drop_constraint(op.f(f'ck_booking_{name}'), type_='check')
        for name in ('ending', 'cancelreason', 'missedreason', 'approval', 'bookingstatus'):
            batch_op.drop_constraint(op.f(f'ck_booking_{name}'), type_='check')
        batch_op.create_check_constraint(op.f('ck_booking_bookingstatus'), STATUSES_BEFORE)
    with op.batch_alter_table('course_session', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_course_session_minimum_not_negative'), type_='check')
        batch_op.drop_constraint(op.f('ck_course_session_closes_before_start'), type_='check')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_column('calendar_version')

    with op.batch_alter_table('partnership', schema=None) as batch_op:
        batch_op.drop_column('charges')

    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.drop_column('turnover')

    with op.batch_alter_table('course_session', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sequence', sa.INTEGER(), nullable=False, server_default="0"))
        batch_op.drop_constraint(batch_op.f('fk_course_session_merged_into_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_course_session_group_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_course_session_published_at'))
        batch_op.drop_index(batch_op.f('ix_course_session_group_id'))
        batch_op.drop_column('merged_into_id')
        batch_op.drop_column('cancelled_why')
        batch_op.drop_column('published_at')
        batch_op.drop_column('group_id')
        batch_op.drop_column('asks_diet')
        batch_op.drop_column('asks_access')
        batch_op.drop_column('booking_closes_at')
        batch_op.drop_column('booking_opens_at')
        batch_op.drop_column('minimum')
        batch_op.drop_column('audience')
    # The number calendar programs have seen, or a higher one: they ignore a lower.
    op.execute(
        "UPDATE course_session SET sequence = COALESCE((SELECT MAX(sequence) FROM booking "
        "WHERE booking.session_id = course_session.id), 0)"
    )

    with op.batch_alter_table('course', schema=None) as batch_op:
        batch_op.add_column(sa.Column('level', sa.VARCHAR(length=60), nullable=False, server_default=""))
        batch_op.drop_constraint(op.f('ck_course_unit'), type_='check')
        batch_op.drop_column('tells_manager')
        batch_op.drop_column('joining_days')
        batch_op.drop_column('reminder_days')
        batch_op.drop_column('stops_hours')
        batch_op.drop_column('offer_hours')
        batch_op.drop_column('automatic_days')
        batch_op.drop_column('cancel_unit')
        batch_op.drop_column('cancel_amount')
        batch_op.drop_column('approval_days')
        batch_op.drop_column('needs_approval')
        batch_op.drop_column('complete_within_days')
        batch_op.drop_column('retired_at')
        batch_op.drop_column('content_note')
        batch_op.drop_column('booking_url')
    op.execute(
        "UPDATE course SET level = COALESCE((SELECT MIN(level.key) FROM level JOIN course_level ON level.id = "
        "course_level.level_id WHERE course_level.course_id = course.id), '')"
    )

    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_booking_organisation_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_booking_replaces_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_booking_priority_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_booking_organisation_id'))
        batch_op.drop_index('ix_booking_offer_until')
        batch_op.drop_index('ix_booking_approve_until', sqlite_where=sa.text("approval = 'asked' AND status != 'cancelled'"), postgresql_where=sa.text("approval = 'asked' AND status != 'cancelled'"))
        batch_op.drop_column('moved_at')
        batch_op.drop_column('sequence')
        batch_op.drop_column('calendar_uid')
        batch_op.drop_column('replaces_id')
        batch_op.drop_column('learned_elsewhere')
        batch_op.drop_column('refusal')
        batch_op.drop_column('answered_at')
        batch_op.drop_column('approval_reminder_at')
        batch_op.drop_column('approve_until')
        batch_op.drop_column('manager_email')
        batch_op.drop_column('manager_name')
        batch_op.drop_column('approval')
        batch_op.drop_column('lapsed_at')
        batch_op.drop_column('offer_until')
        batch_op.drop_column('priority_id')
        batch_op.drop_column('cancel_reason')
        batch_op.drop_column('missed_reason')
        batch_op.drop_column('cancelled_late')
        batch_op.drop_column('ending')
        batch_op.drop_column('held_at')
        batch_op.drop_column('organisation_id')

    op.drop_table('needs')
    with op.batch_alter_table('charge', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_charge_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_charge_made_at'))

    op.drop_table('charge')
    with op.batch_alter_table('trainer_credit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_trainer_credit_organisation_id'))

    op.drop_table('trainer_credit')
    with op.batch_alter_table('session_hold', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_session_hold_session_id'))
        batch_op.drop_index(batch_op.f('ix_session_hold_released_at'))

    op.drop_table('session_hold')
    op.drop_table('session_date')
    with op.batch_alter_table('reservation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reservation_session_id'))
        batch_op.drop_index(batch_op.f('ix_reservation_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_reservation_name_by'))

    op.drop_table('reservation')
    with op.batch_alter_table('interest', schema=None) as batch_op:
        batch_op.drop_index('uq_interest_open', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_interest_person_id'))

    op.drop_table('interest')
    with op.batch_alter_table('delivery_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_delivery_request_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_delivery_request_course_id'))
        batch_op.drop_index(batch_op.f('ix_delivery_request_asked_by_id'))

    op.drop_table('delivery_request')
    op.drop_table('course_level')
    op.drop_table('level')
    op.drop_table('course_prerequisite')
    op.drop_table('charge_rule')
    op.drop_table('session_group')
    op.drop_table('priority_reason')
    op.drop_table('level_scheme')
    op.drop_table("letter_wording")
    op.drop_table('reminded')
