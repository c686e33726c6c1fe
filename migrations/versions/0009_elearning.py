"""E-learning: what courses hold, how far people got, where it is open, and a name nobody can guess for each booking.

Nothing in the release before adds bookings of e-learning but the demonstration's own command, so their name has no default.
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def _name_enrolments() -> None:
    """Give every booking that is there its public name."""
    bind = op.get_bind()
    names = [
        {'id': number, 'reference': secrets.token_urlsafe(12)}
        for (number,) in bind.execute(sa.text('SELECT id FROM enrolment ORDER BY id'))
    ]
    if names:
        bind.execute(sa.text('UPDATE enrolment SET reference = :reference WHERE id = :id'), names)


def upgrade() -> None:
    op.create_table('elearning_rules',
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('counts', sa.Enum('completed', 'passed', 'either', 'both', name='counts', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('share', sa.Integer(), nullable=False),
    sa.CheckConstraint('share BETWEEN 1 AND 100', name=op.f('ck_elearning_rules_share_is_percentage')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_elearning_rules_course_id')),
    sa.PrimaryKeyConstraint('course_id', name=op.f('pk_elearning_rules'))
    )
    op.create_table('elearning_content',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=24), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('scorm_12', 'scorm_2004', 'video', 'document', 'check', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('edition', sa.String(length=40), nullable=False),
    sa.Column('fault', sa.String(length=500), nullable=False),
    sa.Column('questions', sa.JSON(), nullable=False),
    sa.Column('pass_mark', sa.Integer(), nullable=True),
    sa.Column('transcript', sa.Text(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by_id', sa.Integer(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(kind = 'check') = (pass_mark IS NOT NULL)", name=op.f('ck_elearning_content_check_has_pass_mark')),
    sa.CheckConstraint('pass_mark IS NULL OR pass_mark BETWEEN 1 AND 100', name=op.f('ck_elearning_content_pass_mark_is_percentage')),
    sa.CheckConstraint('version > 0', name=op.f('ck_elearning_content_version_positive')),
    sa.ForeignKeyConstraint(['added_by_id'], ['person.id'], name=op.f('fk_elearning_content_added_by_id')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_elearning_content_course_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_elearning_content')),
    sa.UniqueConstraint('reference', name=op.f('uq_elearning_content_reference'))
    )
    with op.batch_alter_table('elearning_content', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_elearning_content_course_id'), ['course_id'], unique=False)

    op.create_table('elearning_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('content_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('media_type', sa.String(length=120), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['content_id'], ['elearning_content.id'], name=op.f('fk_elearning_file_content_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_elearning_file')),
    sa.UniqueConstraint('content_id', 'name', name=op.f('uq_elearning_file_content_id_name'))
    )
    op.create_table('elearning_unit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('content_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('page', sa.String(length=300), nullable=False),
    sa.Column('parameters', sa.String(length=1000), nullable=False),
    sa.Column('tracked', sa.Boolean(), nullable=False),
    sa.Column('mastery', sa.Double(), nullable=True),
    sa.Column('launch_data', sa.Text(), nullable=False),
    sa.Column('by_content', sa.Boolean(), nullable=False),
    sa.Column('speaks', sa.Boolean(), nullable=False),
    sa.Column('length', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['content_id'], ['elearning_content.id'], name=op.f('fk_elearning_unit_content_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_elearning_unit')),
    sa.UniqueConstraint('content_id', 'position', name=op.f('uq_elearning_unit_content_id_position'))
    )
    op.create_table('elearning_progress',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('enrolment_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('completion', sa.Enum('unknown', 'not_attempted', 'incomplete', 'completed', name='completion', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('success', sa.Enum('unknown', 'passed', 'failed', name='success', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('score_raw', sa.Double(), nullable=True),
    sa.Column('score_min', sa.Double(), nullable=True),
    sa.Column('score_max', sa.Double(), nullable=True),
    sa.Column('score_scaled', sa.Double(), nullable=True),
    sa.Column('seconds', sa.Integer(), nullable=False),
    sa.Column('location', sa.String(length=1000), nullable=False),
    sa.Column('suspend_data', sa.Text(), nullable=False),
    sa.Column('suspended', sa.Boolean(), nullable=False),
    sa.Column('watched', sa.JSON(), nullable=False),
    sa.Column('share', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('declared_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("declared_at IS NULL OR (started_at IS NOT NULL AND completion = 'completed' AND success = 'unknown')", name=op.f('ck_elearning_progress_declared_is_completion_alone')),
    sa.CheckConstraint('seconds >= 0', name=op.f('ck_elearning_progress_seconds_not_negative')),
    sa.CheckConstraint('share BETWEEN 0 AND 100', name=op.f('ck_elearning_progress_share_is_percentage')),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_elearning_progress_enrolment_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['elearning_unit.id'], name=op.f('fk_elearning_progress_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_elearning_progress')),
    sa.UniqueConstraint('enrolment_id', 'position', name=op.f('uq_elearning_progress_enrolment_id_position')),
    sa.UniqueConstraint('enrolment_id', 'unit_id', name=op.f('uq_elearning_progress_enrolment_id_unit_id'))
    )
    with op.batch_alter_table('elearning_progress', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_elearning_progress_unit_id'), ['unit_id'], unique=False)

    op.create_table('elearning_launch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=24), nullable=False),
    sa.Column('progress_id', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('heard_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seconds', sa.Integer(), nullable=False),
    sa.Column('messages', sa.Integer(), nullable=False),
    sa.CheckConstraint('(progress_id IS NULL) != (unit_id IS NULL)', name=op.f('ck_elearning_launch_for_one')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_elearning_launch_person_id')),
    sa.ForeignKeyConstraint(['progress_id'], ['elearning_progress.id'], name=op.f('fk_elearning_launch_progress_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['elearning_unit.id'], name=op.f('fk_elearning_launch_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_elearning_launch')),
    sa.UniqueConstraint('reference', name=op.f('uq_elearning_launch_reference'))
    )
    with op.batch_alter_table('elearning_launch', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_elearning_launch_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_elearning_launch_unit_id'), ['unit_id'], unique=False)
        batch_op.create_index('uq_elearning_launch_open', ['progress_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('elearning_try',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('progress_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('right_answers', sa.Integer(), nullable=False),
    sa.Column('questions', sa.Integer(), nullable=False),
    sa.Column('passed', sa.Boolean(), nullable=False),
    sa.CheckConstraint('right_answers BETWEEN 0 AND questions', name=op.f('ck_elearning_try_right_of_all')),
    sa.ForeignKeyConstraint(['progress_id'], ['elearning_progress.id'], name=op.f('fk_elearning_try_progress_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_elearning_try')),
    sa.UniqueConstraint('progress_id', 'number', name=op.f('uq_elearning_try_progress_id_number'))
    )
    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('reference', sa.String(length=24), nullable=True))
    _name_enrolments()
    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.alter_column('reference', existing_type=sa.String(length=24), nullable=False)
        batch_op.create_index('uq_enrolment_open', ['course_id', 'person_id'], unique=True, sqlite_where=sa.text('completed_at IS NULL AND imported = 0'), postgresql_where=sa.text('completed_at IS NULL AND NOT imported'))
        batch_op.create_unique_constraint(batch_op.f('uq_enrolment_reference'), ['reference'])


def downgrade() -> None:
    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_enrolment_reference'), type_='unique')
        batch_op.drop_index('uq_enrolment_open', sqlite_where=sa.text('completed_at IS NULL AND imported = 0'), postgresql_where=sa.text('completed_at IS NULL AND NOT imported'))
        batch_op.drop_column('reference')

    op.drop_table('elearning_try')
    with op.batch_alter_table('elearning_launch', schema=None) as batch_op:
        batch_op.drop_index('uq_elearning_launch_open', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_elearning_launch_unit_id'))
        batch_op.drop_index(batch_op.f('ix_elearning_launch_person_id'))

    op.drop_table('elearning_launch')
    with op.batch_alter_table('elearning_progress', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_elearning_progress_unit_id'))

    op.drop_table('elearning_progress')
    op.drop_table('elearning_unit')
    op.drop_table('elearning_file')
    with op.batch_alter_table('elearning_content', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_elearning_content_course_id'))

    op.drop_table('elearning_content')
    op.drop_table('elearning_rules')
