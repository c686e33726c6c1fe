"""Surveys that belong to no session: an occasion stands where the session stands, and people where bookings do.

Everything that is there belongs to a session and stays as it is: its new columns are empty.
"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

ASKS_BEFORE = "asks IN ('booked', 'came', 'manager')"
ASKS = "asks IN ('booked', 'came', 'manager', 'chosen')"
ONE = '(session_id IS NULL) != (occasion_id IS NULL)'
#: Tables in which an occasion may stand for the session, with the rule each has for it.
RULES = {
    'survey_round': {
        'session_or_occasion': ONE,
        'timed_from_session': '(session_id IS NULL) = (session_starts_at IS NULL) AND (session_id IS NULL) = (session_ends_at IS NULL)',
    },
    'held_answers': {'session_or_occasion': ONE},
    'response': {'session_or_occasion': f'{ONE} AND (session_id IS NULL) = (course_id IS NULL)'},
}
#: What is empty for an occasion.
OPTIONAL = {
    'survey_round': {'session_id': sa.Integer(), 'session_starts_at': sa.DateTime(timezone=True), 'session_ends_at': sa.DateTime(timezone=True)},
    'held_answers': {'session_id': sa.Integer()},
    'response': {'session_id': sa.Integer(), 'course_id': sa.Integer()},
}
UNIQUE = {'survey_round': ['occasion_id', 'wave'], 'response': ['occasion_id', 'wave', 'pairing_code']}
INVITATION_RULES = {
    'one_asked': (
        '(CASE WHEN booking_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN person_id IS NULL THEN 0 ELSE 1 END)'
        ' + (CASE WHEN subscriber_id IS NULL THEN 0 ELSE 1 END) = 1'
    ),
    'named_as_asked': '(booking_id IS NULL) = (asked_as IS NOT NULL) AND (booking_id IS NULL) = (sector_id IS NOT NULL)',
}


def upgrade() -> None:
    op.create_table('survey_occasion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.Enum('practice_review', 'week', 'resource', 'bulletin', 'forum', name='occasionkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('about', sa.String(length=300), nullable=False),
    sa.Column('audience', sa.JSON(), nullable=False),
    sa.Column('recommendation_id', sa.Integer(), nullable=True),
    sa.Column('resource_id', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(resource_id IS NOT NULL) = (kind = 'resource')", name=op.f('ck_survey_occasion_resource_named')),
    sa.CheckConstraint("recommendation_id IS NULL OR kind = 'practice_review'", name=op.f('ck_survey_occasion_review_of_a_recommendation')),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_survey_occasion_made_by_id')),
    sa.ForeignKeyConstraint(['recommendation_id'], ['recommendation.id'], name=op.f('fk_survey_occasion_recommendation_id')),
    sa.ForeignKeyConstraint(['resource_id'], ['resource.id'], name=op.f('fk_survey_occasion_resource_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_occasion')),
    sa.UniqueConstraint('reference', name=op.f('uq_survey_occasion_reference'))
    )
    with op.batch_alter_table('survey_occasion', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_occasion_recommendation_id'), ['recommendation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_occasion_resource_id'), ['resource_id'], unique=False)

    for table, optional in OPTIONAL.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column('occasion_id', sa.Integer(), nullable=True))
            for column, kind in optional.items():
                batch_op.alter_column(column, existing_type=kind, nullable=True)
            batch_op.create_foreign_key(batch_op.f(f'fk_{table}_occasion_id'), 'survey_occasion', ['occasion_id'], ['id'])
            for name, rule in RULES[table].items():
                batch_op.create_check_constraint(op.f(f'ck_{table}_{name}'), rule)
            if table in UNIQUE:
                batch_op.create_unique_constraint(batch_op.f(f'uq_{table}_{"_".join(UNIQUE[table])}'), UNIQUE[table])
    with op.batch_alter_table('held_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_held_answers_occasion_id'), ['occasion_id'], unique=False)
    with op.batch_alter_table('survey_round', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_survey_round_audience'), type_='check')
        batch_op.create_check_constraint(op.f('ck_survey_round_audience'), ASKS)

    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.alter_column('booking_id', existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column('person_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('subscriber_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('asked_as', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('sector_id', sa.Integer(), nullable=True))
        for column, table in (('person_id', 'person'), ('subscriber_id', 'subscriber'), ('sector_id', 'sector')):
            batch_op.create_foreign_key(batch_op.f(f'fk_invitation_{column}'), table, [column], ['id'])
        batch_op.create_unique_constraint(batch_op.f('uq_invitation_round_id_asked_as'), ['round_id', 'asked_as'])
        for name, rule in INVITATION_RULES.items():
            batch_op.create_check_constraint(op.f(f'ck_invitation_{name}'), rule)
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitation_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_invitation_subscriber_id'), ['subscriber_id'], unique=False)


def _forget_occasions() -> None:
    """The release before knows sessions only: what belongs to occasions goes, with its answers."""
    op.execute('DELETE FROM answer WHERE response_id IN (SELECT id FROM response WHERE occasion_id IS NOT NULL)')
    op.execute('DELETE FROM response WHERE occasion_id IS NOT NULL')
    op.execute('DELETE FROM held_answers WHERE occasion_id IS NOT NULL')
    op.execute('DELETE FROM invitation WHERE booking_id IS NULL')
    op.execute('DELETE FROM survey_round WHERE occasion_id IS NOT NULL')


def downgrade() -> None:
    _forget_occasions()
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invitation_subscriber_id'))
        batch_op.drop_index(batch_op.f('ix_invitation_person_id'))
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        for name in INVITATION_RULES:
            batch_op.drop_constraint(op.f(f'ck_invitation_{name}'), type_='check')
        batch_op.drop_constraint(batch_op.f('uq_invitation_round_id_asked_as'), type_='unique')
        for column in ('person_id', 'subscriber_id', 'sector_id'):
            batch_op.drop_constraint(batch_op.f(f'fk_invitation_{column}'), type_='foreignkey')
        for column in ('sector_id', 'asked_as', 'subscriber_id', 'person_id'):
            batch_op.drop_column(column)
        batch_op.alter_column('booking_id', existing_type=sa.Integer(), nullable=False)

    with op.batch_alter_table('survey_round', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_survey_round_audience'), type_='check')
        batch_op.create_check_constraint(op.f('ck_survey_round_audience'), ASKS_BEFORE)
    with op.batch_alter_table('held_answers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_held_answers_occasion_id'))
    for table, optional in OPTIONAL.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            if table in UNIQUE:
                batch_op.drop_constraint(batch_op.f(f'uq_{table}_{"_".join(UNIQUE[table])}'), type_='unique')
            for name in RULES[table]:
                batch_op.drop_constraint(op.f(f'ck_{table}_{name}'), type_='check')
            batch_op.drop_constraint(batch_op.f(f'fk_{table}_occasion_id'), type_='foreignkey')
            for column, kind in optional.items():
                batch_op.alter_column(column, existing_type=kind, nullable=False)
            batch_op.drop_column('occasion_id')
    op.drop_table('survey_occasion')
