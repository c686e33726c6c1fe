"""Kinds of learning offers with their reach, and measures that are imported."""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

KINDS = ('course', 'series', 'resource', 'briefing', 'forum_topic', 'champion_activity', 'campaign')
UNITS = ('people', 'organisations', 'schools', 'visits', 'copies')
ONE_THING = (
    "(kind = 'course') = (course_id IS NOT NULL) AND (kind = 'series') = (group_id IS NOT NULL) "
    "AND (kind != 'resource' OR resource_id IS NOT NULL) "
    "AND (resource_id IS NULL OR kind IN ('resource', 'briefing')) "
    "AND (title = '') = (course_id IS NOT NULL OR group_id IS NOT NULL OR resource_id IS NOT NULL)"
)
ENDS = 'ends_on IS NULL OR (starts_on IS NOT NULL AND ends_on >= starts_on)'


def enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Add, fill, forbid."""
    with op.batch_alter_table('learning_offer', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_learning_offer_one_thing'), type_='check')
        batch_op.add_column(sa.Column('kind', enum('offerkind', *KINDS), nullable=True))
        batch_op.add_column(sa.Column('group_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('title', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('starts_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('ends_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('added_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('made_up', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE learning_offer SET kind = CASE WHEN course_id IS NOT NULL THEN 'course' ELSE 'resource' END")
    with op.batch_alter_table('learning_offer', schema=None) as batch_op:
        batch_op.alter_column('kind', existing_type=sa.String(length=40), nullable=False)
        batch_op.create_foreign_key(op.f('fk_learning_offer_group_id'), 'session_group', ['group_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_learning_offer_group_id'), ['group_id'], unique=False)
        batch_op.create_unique_constraint(op.f('uq_learning_offer_action_id_group_id'), ['action_id', 'group_id'])
        batch_op.create_check_constraint(op.f('ck_learning_offer_one_thing'), ONE_THING)
        batch_op.create_check_constraint(op.f('ck_learning_offer_ends_after_start'), ENDS)

    op.create_table('offer_count',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('offer_id', sa.Integer(), nullable=False),
    sa.Column('dated', sa.Date(), nullable=False),
    sa.Column('unit', enum('countunit', *UNITS), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('why', sa.String(length=300), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by_id', sa.Integer(), nullable=True),
    sa.Column('taken_back_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('taken_back_why', sa.String(length=300), nullable=False),
    sa.CheckConstraint('count >= 0', name=op.f('ck_offer_count_count_not_negative')),
    sa.CheckConstraint("(taken_back_at IS NULL) = (taken_back_why = '')", name=op.f('ck_offer_count_taken_back_has_reason')),
    sa.ForeignKeyConstraint(['added_by_id'], ['person.id'], name=op.f('fk_offer_count_added_by_id')),
    sa.ForeignKeyConstraint(['offer_id'], ['learning_offer.id'], name=op.f('fk_offer_count_offer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offer_count'))
    )
    with op.batch_alter_table('offer_count', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_offer_count_offer_id'), ['offer_id'], unique=False)

    with op.batch_alter_table('measure', schema=None) as batch_op:
        batch_op.add_column(sa.Column('course_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_measure_course_id'), 'course', ['course_id'], ['id'])
        batch_op.create_index(batch_op.f('ix_measure_course_id'), ['course_id'], unique=False)

    op.create_table('measure_import',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=24), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('undone_at IS NULL OR undone_at >= at', name=op.f('ck_measure_import_undone_later')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_measure_import_by_id')),
    sa.ForeignKeyConstraint(['undone_by_id'], ['person.id'], name=op.f('fk_measure_import_undone_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure_import')),
    sa.UniqueConstraint('reference', name=op.f('uq_measure_import_reference'))
    )
    op.create_table('measure_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('measure_id', sa.Integer(), nullable=False),
    sa.Column('dated', sa.Date(), nullable=True),
    sa.Column('method', sa.String(length=100), nullable=False),
    sa.Column('old_numerator', sa.Integer(), nullable=True),
    sa.Column('old_denominator', sa.Integer(), nullable=True),
    sa.Column('old_value', sa.Double(), nullable=True),
    sa.Column('new_numerator', sa.Integer(), nullable=True),
    sa.Column('new_denominator', sa.Integer(), nullable=True),
    sa.Column('new_value', sa.Double(), nullable=True),
    sa.Column('why', sa.String(length=300), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('import_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_measure_change_by_id')),
    sa.ForeignKeyConstraint(['import_id'], ['measure_import.id'], name=op.f('fk_measure_change_import_id')),
    sa.ForeignKeyConstraint(['measure_id'], ['measure.id'], name=op.f('fk_measure_change_measure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure_change'))
    )
    with op.batch_alter_table('measure_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_measure_change_import_id'), ['import_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_measure_change_measure_id'), ['measure_id'], unique=False)


def downgrade() -> None:
    """Back to the release before, which knows courses and resources only."""
    for table in ('measure_change', 'measure_import', 'offer_count'):
        op.drop_table(table)
    with op.batch_alter_table('measure', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_measure_course_id'))
        batch_op.drop_constraint(op.f('fk_measure_course_id'), type_='foreignkey')
        batch_op.drop_column('course_id')
    op.execute('DELETE FROM learning_offer WHERE course_id IS NULL AND resource_id IS NULL')
    with op.batch_alter_table('learning_offer', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_learning_offer_one_thing'), type_='check')
        batch_op.drop_constraint(op.f('ck_learning_offer_ends_after_start'), type_='check')
        batch_op.drop_constraint(op.f('ck_learning_offer_offerkind'), type_='check')
        batch_op.drop_constraint(op.f('uq_learning_offer_action_id_group_id'), type_='unique')
        batch_op.drop_index(batch_op.f('ix_learning_offer_group_id'))
        batch_op.drop_constraint(op.f('fk_learning_offer_group_id'), type_='foreignkey')
        for name in ('kind', 'group_id', 'title', 'starts_on', 'ends_on', 'added_at', 'made_up'):
            batch_op.drop_column(name)
        batch_op.create_check_constraint(
            op.f('ck_learning_offer_one_thing'), '(course_id IS NULL) != (resource_id IS NULL)'
        )
