"""Rules of what is due, as dated data: groups of people, the duties they are given, rules with their source."""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('duty_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('practitioner', 'trainer', 'training_lead', 'dsl', 'headteacher', 'governor', 'education_adviser', 'ld_officer', 'ld_group', 'scrutineer', 'administrator', name='role', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('kind', sa.Enum('agency', 'school', name='organisationkind', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('sector_id', sa.Integer(), nullable=True),
    sa.Column('without_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['sector_id'], ['sector.id'], name=op.f('fk_duty_group_sector_id')),
    sa.ForeignKeyConstraint(['without_id'], ['duty_group.id'], name=op.f('fk_duty_group_without_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duty_group')),
    sa.UniqueConstraint('key', name=op.f('uq_duty_group_key')),
    sa.UniqueConstraint('name', name=op.f('uq_duty_group_name'))
    )
    op.create_table('duty_group_part',
    sa.Column('whole_id', sa.Integer(), nullable=False),
    sa.Column('part_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['part_id'], ['duty_group.id'], name=op.f('fk_duty_group_part_part_id')),
    sa.ForeignKeyConstraint(['whole_id'], ['duty_group.id'], name=op.f('fk_duty_group_part_whole_id')),
    sa.PrimaryKeyConstraint('whole_id', 'part_id', name=op.f('pk_duty_group_part'))
    )
    op.create_table('person_duty',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('set_by_id', sa.Integer(), nullable=True),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('since IS NULL OR until IS NULL OR until >= since', name=op.f('ck_person_duty_until_after_since')),
    sa.ForeignKeyConstraint(['group_id'], ['duty_group.id'], name=op.f('fk_person_duty_group_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_person_duty_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_person_duty_person_id')),
    sa.ForeignKeyConstraint(['set_by_id'], ['person.id'], name=op.f('fk_person_duty_set_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person_duty'))
    )
    with op.batch_alter_table('person_duty', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_duty_group_id'), ['group_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_person_duty_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_person_duty_person_id'), ['person_id'], unique=False)
        batch_op.create_index('uq_person_duty_open', ['person_id', 'group_id', 'organisation_id'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))

    op.create_table('training_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('must_hold', sa.String(length=200), nullable=False),
    sa.Column('first_due', sa.String(length=120), nullable=False),
    sa.Column('first_due_within_months', sa.Integer(), nullable=True),
    sa.Column('renew_every_months', sa.Integer(), nullable=True),
    sa.Column('times_needed', sa.Integer(), nullable=False),
    sa.Column('hours', sa.Double(), nullable=True),
    sa.Column('hours_over_months', sa.Integer(), nullable=True),
    sa.Column('participatory_share', sa.Double(), nullable=True),
    sa.Column('any_course', sa.Boolean(), nullable=False),
    sa.Column('status', sa.Enum('national', 'national_professional', 'local_example', name='rulestatus', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('source', sa.String(length=300), nullable=False),
    sa.Column('edition', sa.String(length=120), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('confirmed', sa.Boolean(), nullable=False),
    sa.Column('read_on', sa.Date(), nullable=True),
    sa.Column('note', sa.String(length=600), nullable=False),
    sa.Column('warn_days_before', sa.Integer(), nullable=False),
    sa.Column('superseded_by', sa.String(length=60), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('switched_by_id', sa.Integer(), nullable=True),
    sa.Column('switched_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('added_by_id', sa.Integer(), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('replaces_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('(hours IS NULL) = (hours_over_months IS NULL)', name=op.f('ck_training_rule_hours_in_a_window')),
    sa.CheckConstraint('NOT active OR confirmed', name=op.f('ck_training_rule_on_only_when_read')),
    sa.CheckConstraint('NOT confirmed OR read_on IS NOT NULL', name=op.f('ck_training_rule_confirmed_on_a_day')),
    sa.CheckConstraint('first_due_within_months >= 0 AND warn_days_before >= 0', name=op.f('ck_training_rule_days_not_negative')),
    sa.CheckConstraint('hours > 0 AND hours_over_months > 0', name=op.f('ck_training_rule_hours_positive')),
    sa.CheckConstraint('participatory_share >= 0 AND participatory_share <= 1', name=op.f('ck_training_rule_share_is_a_share')),
    sa.CheckConstraint('participatory_share IS NULL OR hours IS NOT NULL', name=op.f('ck_training_rule_share_of_hours')),
    sa.CheckConstraint('renew_every_months > 0', name=op.f('ck_training_rule_renewal_positive')),
    sa.CheckConstraint('times_needed > 0', name=op.f('ck_training_rule_times_positive')),
    sa.CheckConstraint('valid_from IS NULL OR valid_to IS NULL OR valid_to >= valid_from', name=op.f('ck_training_rule_to_after_from')),
    sa.ForeignKeyConstraint(['added_by_id'], ['person.id'], name=op.f('fk_training_rule_added_by_id')),
    sa.ForeignKeyConstraint(['group_id'], ['duty_group.id'], name=op.f('fk_training_rule_group_id')),
    sa.ForeignKeyConstraint(['replaces_id'], ['training_rule.id'], name=op.f('fk_training_rule_replaces_id')),
    sa.ForeignKeyConstraint(['switched_by_id'], ['person.id'], name=op.f('fk_training_rule_switched_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_rule'))
    )
    with op.batch_alter_table('training_rule', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_rule_group_id'), ['group_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_training_rule_key'), ['key'], unique=False)

    op.create_table('training_rule_course',
    sa.Column('rule_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['rule_id'], ['training_rule.id'], name=op.f('fk_training_rule_course_rule_id')),
    sa.PrimaryKeyConstraint('rule_id', 'code', name=op.f('pk_training_rule_course'))
    )


def downgrade() -> None:
    op.drop_table('training_rule_course')
    with op.batch_alter_table('training_rule', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_training_rule_key'))
        batch_op.drop_index(batch_op.f('ix_training_rule_group_id'))

    op.drop_table('training_rule')
    with op.batch_alter_table('person_duty', schema=None) as batch_op:
        batch_op.drop_index('uq_person_duty_open', sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
        batch_op.drop_index(batch_op.f('ix_person_duty_person_id'))
        batch_op.drop_index(batch_op.f('ix_person_duty_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_person_duty_group_id'))

    op.drop_table('person_duty')
    op.drop_table('duty_group_part')
    op.drop_table('duty_group')
