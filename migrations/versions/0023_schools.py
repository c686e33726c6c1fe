"""The register of schools: numbers, phases, types, trusts, what opened and closed, and which number followed which."""

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('school_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('before_urn', sa.String(length=12), nullable=False),
    sa.Column('after_urn', sa.String(length=12), nullable=False),
    sa.Column('how', sa.Enum('merged', 'split', 'apart', name='following', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=True),
    sa.Column('before_name', sa.String(length=200), nullable=False),
    sa.Column('after_name', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school_link')),
    sa.UniqueConstraint('before_urn', 'after_urn', name=op.f('uq_school_link_before_urn_after_urn'))
    )
    with op.batch_alter_table('school_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_school_link_after_urn'), ['after_urn'], unique=False)
        batch_op.create_index(batch_op.f('ix_school_link_before_urn'), ['before_urn'], unique=False)

    op.create_table('school_trust',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=12), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('made_up', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school_trust')),
    sa.UniqueConstraint('number', name=op.f('uq_school_trust_number'))
    )
    op.create_table('school',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('urn', sa.String(length=12), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('la_code', sa.String(length=3), nullable=False),
    sa.Column('la_name', sa.String(length=100), nullable=False),
    sa.Column('establishment_number', sa.String(length=8), nullable=False),
    sa.Column('status', sa.Enum('open', 'closing', 'proposed', 'closed', name='schoolstatus', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('type_code', sa.String(length=20), nullable=False),
    sa.Column('type_name', sa.String(length=100), nullable=False),
    sa.Column('group_name', sa.String(length=100), nullable=False),
    sa.Column('phase', sa.Enum('nursery', 'primary', 'middle_primary', 'secondary', 'middle_secondary', 'sixteen_plus', 'all_through', 'none', name='phase', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('trust_id', sa.Integer(), nullable=True),
    sa.Column('opened_on', sa.Date(), nullable=True),
    sa.Column('opened_reason', sa.String(length=100), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('closed_reason', sa.String(length=100), nullable=False),
    sa.Column('low_age', sa.Integer(), nullable=True),
    sa.Column('high_age', sa.Integer(), nullable=True),
    sa.Column('gender', sa.String(length=40), nullable=False),
    sa.Column('boarding', sa.Boolean(), nullable=True),
    sa.Column('nursery', sa.Boolean(), nullable=True),
    sa.Column('sixth_form', sa.Boolean(), nullable=True),
    sa.Column('town', sa.String(length=100), nullable=False),
    sa.Column('postcode', sa.String(length=12), nullable=False),
    sa.Column('pupils', sa.Integer(), nullable=True),
    sa.Column('ukprn', sa.String(length=12), nullable=False),
    sa.Column('by_hand', sa.Boolean(), nullable=False),
    sa.Column('made_up', sa.Boolean(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('missing_since', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('high_age IS NULL OR (high_age >= 0 AND high_age < 100)', name=op.f('ck_school_high_age')),
    sa.CheckConstraint('low_age IS NULL OR (low_age >= 0 AND low_age < 100)', name=op.f('ck_school_low_age')),
    sa.CheckConstraint('pupils IS NULL OR pupils >= 0', name=op.f('ck_school_pupils_not_negative')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_school_organisation_id')),
    sa.ForeignKeyConstraint(['trust_id'], ['school_trust.id'], name=op.f('fk_school_trust_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school')),
    sa.UniqueConstraint('organisation_id', name=op.f('uq_school_organisation_id')),
    sa.UniqueConstraint('urn', name=op.f('uq_school_urn'))
    )
    with op.batch_alter_table('school', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_school_la_code'), ['la_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_school_name'), ['name'], unique=False)
        batch_op.create_index(batch_op.f('ix_school_status'), ['status'], unique=False)
        batch_op.create_index(batch_op.f('ix_school_trust_id'), ['trust_id'], unique=False)

    op.create_table('school_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('school_id', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(length=40), nullable=False),
    sa.Column('old', sa.String(length=200), nullable=False),
    sa.Column('new', sa.String(length=200), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('as_urn', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_school_change_by_id')),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_school_change_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school_change'))
    )
    with op.batch_alter_table('school_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_school_change_by_id'), ['by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_school_change_school_id'), ['school_id'], unique=False)

    op.create_table('school_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=24), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('extract_on', sa.Date(), nullable=True),
    sa.Column('areas', sa.String(length=60), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_by_id', sa.Integer(), nullable=True),
    sa.Column('waiting', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('report', sa.JSON(), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['read_by_id'], ['person.id'], name=op.f('fk_school_file_read_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school_file')),
    sa.UniqueConstraint('reference', name=op.f('uq_school_file_reference'))
    )
    with op.batch_alter_table('school_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_school_file_read_by_id'), ['read_by_id'], unique=False)

    op.create_table('school_number',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('school_id', sa.Integer(), nullable=False),
    sa.Column('urn', sa.String(length=12), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('type_name', sa.String(length=100), nullable=False),
    sa.ForeignKeyConstraint(['school_id'], ['school.id'], name=op.f('fk_school_number_school_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_school_number')),
    sa.UniqueConstraint('urn', name=op.f('uq_school_number_urn'))
    )
    with op.batch_alter_table('school_number', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_school_number_school_id'), ['school_id'], unique=False)

    with op.batch_alter_table('partnership', schema=None) as batch_op:
        batch_op.add_column(sa.Column('school_areas', sa.String(length=60), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table('partnership', schema=None) as batch_op:
        batch_op.drop_column('school_areas')

    with op.batch_alter_table('school_number', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_school_number_school_id'))

    op.drop_table('school_number')
    with op.batch_alter_table('school_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_school_file_read_by_id'))

    op.drop_table('school_file')
    with op.batch_alter_table('school_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_school_change_school_id'))
        batch_op.drop_index(batch_op.f('ix_school_change_by_id'))

    op.drop_table('school_change')
    with op.batch_alter_table('school', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_school_trust_id'))
        batch_op.drop_index(batch_op.f('ix_school_status'))
        batch_op.drop_index(batch_op.f('ix_school_name'))
        batch_op.drop_index(batch_op.f('ix_school_la_code'))

    op.drop_table('school')
    op.drop_table('school_trust')
    with op.batch_alter_table('school_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_school_link_before_urn'))
        batch_op.drop_index(batch_op.f('ix_school_link_after_urn'))

    op.drop_table('school_link')
