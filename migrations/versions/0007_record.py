"""The learning record: past training with its evidence, and people who are one."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

#: How a booking could end before two accounts could become one.
ENDINGS = "'cancelled', 'declined', 'refused', 'silent', 'substituted', 'transferred', 'session_cancelled'"


def upgrade() -> None:
    """Where people worked, what they learned elsewhere, and which account became part of which."""
    op.create_table('employment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('job', sa.String(length=120), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('until_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('moved_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['moved_by_id'], ['person.id'], name=op.f('fk_employment_moved_by_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_employment_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_employment_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_employment'))
    )
    with op.batch_alter_table('employment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_employment_email'), ['email'], unique=False)
        batch_op.create_index(batch_op.f('ix_employment_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_employment_person_id'), ['person_id'], unique=False)

    op.create_table('move_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=24), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('job', sa.String(length=120), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Enum('asked', 'accepted', 'refused', 'taken_back', name='movestate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(state = 'asked') = (ended_at IS NULL)", name=op.f('ck_move_request_ended_has_time')),
    sa.ForeignKeyConstraint(['ended_by_id'], ['person.id'], name=op.f('fk_move_request_ended_by_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_move_request_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_move_request_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_move_request')),
    sa.UniqueConstraint('reference', name=op.f('uq_move_request_reference'))
    )
    with op.batch_alter_table('move_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_move_request_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_move_request_person_id'), ['person_id'], unique=False)
        batch_op.create_index('uq_move_request_open', ['person_id'], unique=True, sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"))

    op.create_table('past_learning',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=24), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('same_as', sa.String(length=210), nullable=False),
    sa.Column('provider', sa.String(length=200), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=False),
    sa.Column('hours', sa.Double(), nullable=True),
    sa.Column('participatory_hours', sa.Double(), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('course_id', sa.Integer(), nullable=True),
    sa.Column('evidence_id', sa.Integer(), nullable=True),
    sa.Column('origin', sa.Enum('entered', 'imported', name='pastorigin', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'approved', 'refused', name='paststate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name=op.f('ck_past_learning_decided_has_time')),
    sa.CheckConstraint("origin = 'entered' OR state = 'approved'", name=op.f('ck_past_learning_imported_counts')),
    sa.CheckConstraint("state != 'refused' OR reason != ''", name=op.f('ck_past_learning_refused_has_reason')),
    sa.CheckConstraint('expires_on > done_on', name=op.f('ck_past_learning_expires_later')),
    sa.CheckConstraint('hours > 0', name=op.f('ck_past_learning_hours_positive')),
    sa.CheckConstraint('participatory_hours >= 0', name=op.f('ck_past_learning_participatory_not_negative')),
    sa.CheckConstraint('participatory_hours IS NULL OR (hours IS NOT NULL AND participatory_hours <= hours)', name=op.f('ck_past_learning_part_of_the_hours')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_past_learning_course_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_past_learning_decided_by_id')),
    sa.ForeignKeyConstraint(['evidence_id'], ['stored_file.id'], name=op.f('fk_past_learning_evidence_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_past_learning_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_past_learning')),
    sa.UniqueConstraint('reference', name=op.f('uq_past_learning_reference'))
    )
    with op.batch_alter_table('past_learning', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_past_learning_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_past_learning_state', ['state'], unique=False)
        batch_op.create_index('uq_past_learning_imported', ['person_id', 'same_as', 'done_on'], unique=True, sqlite_where=sa.text("origin = 'imported'"), postgresql_where=sa.text("origin = 'imported'"))

    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.add_column(sa.Column('asked_as_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_booking_asked_as_id'), 'person', ['asked_as_id'], ['id'])
        batch_op.drop_constraint(op.f('ck_booking_ending'), type_='check')
        batch_op.create_check_constraint(op.f('ck_booking_ending'), f"ending IN ({ENDINGS}, 'double')")

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('merged_into_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_person_merged_into_id'), ['merged_into_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_person_merged_into_id'), 'person', ['merged_into_id'], ['id'])


def downgrade() -> None:
    """Back to the release before. An account that became part of another stays closed."""
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_person_merged_into_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_person_merged_into_id'))
        batch_op.drop_column('merged_into_id')

    op.execute("UPDATE booking SET ending = 'cancelled' WHERE ending = 'double'")
    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_booking_ending'), type_='check')
        batch_op.create_check_constraint(op.f('ck_booking_ending'), f"ending IN ({ENDINGS})")
        batch_op.drop_constraint(batch_op.f('fk_booking_asked_as_id'), type_='foreignkey')
        batch_op.drop_column('asked_as_id')

    with op.batch_alter_table('past_learning', schema=None) as batch_op:
        batch_op.drop_index('uq_past_learning_imported', sqlite_where=sa.text("origin = 'imported'"), postgresql_where=sa.text("origin = 'imported'"))
        batch_op.drop_index('ix_past_learning_state')
        batch_op.drop_index(batch_op.f('ix_past_learning_person_id'))

    op.drop_table('past_learning')
    with op.batch_alter_table('move_request', schema=None) as batch_op:
        batch_op.drop_index('uq_move_request_open', sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"))
        batch_op.drop_index(batch_op.f('ix_move_request_person_id'))
        batch_op.drop_index(batch_op.f('ix_move_request_organisation_id'))

    op.drop_table('move_request')
    with op.batch_alter_table('employment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_employment_person_id'))
        batch_op.drop_index(batch_op.f('ix_employment_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_employment_email'))

    op.drop_table('employment')
