"""The action log keeps facts in place of states: owners, evidence, dependencies, escalations, and the history of both."""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

SOURCES = (
    "'practice_review', 'rapid_review', 'child_death_overview', 'multi_agency_audit', 'section_175_theme', 'section_11_theme', "
    "'forum_theme', 'voice_of_children', 'scrutineer_challenge', 'evaluation_finding'"
)
NEW_SOURCES = f"{SOURCES}, 'senior_leaders_visit', 'delivery_plan_priority', 'national_review', 'training_needs_analysis'"
STATES = (
    'open', 'on_track', 'slipping', 'overdue', 'long_term_cultural_change', 'done', 'evidence_of_impact', 'closed'
)
OLD_STATES = "'open', 'on_track', 'slipping', 'long_term_cultural_change', 'done', 'evidence_of_impact', 'closed'"


def enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Add, fill, forbid."""
    with op.batch_alter_table('source', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_source_sourcekind'), type_='check')
        batch_op.create_check_constraint(op.f('ck_source_sourcekind'), f"kind IN ({NEW_SOURCES})")
    with op.batch_alter_table('recommendation', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_recommendation_recommendationstate'), type_='check')
        batch_op.create_check_constraint(
            op.f('ck_recommendation_recommendationstate'), "state IN ('offered', 'accepted', 'declined', 'closed')"
        )
    steps = ('recorded', 'stepped_across', 'accepted', 'declined', 'changed', 'closed', 'reopened', 'noted')
    with op.batch_alter_table('recommendation_step', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', enum('stepkind', *steps), nullable=False, server_default='noted'))
        batch_op.add_column(sa.Column('reason', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('minute', sa.String(length=60), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('actor_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_recommendation_step_actor_id'), 'person', ['actor_id'], ['id'])
    for start, kind in (
        ('stepped across', 'stepped_across'),
        ('accepted', 'accepted'),
        ('declined', 'declined'),
        ('raised', 'recorded'),
        ('offered', 'stepped_across'),
    ):
        op.execute(f"UPDATE recommendation_step SET kind = '{kind}' WHERE what LIKE '{start}%'")  # noqa: S608

    with op.batch_alter_table('action_update', schema=None) as batch_op:
        batch_op.add_column(sa.Column('outlook', enum('outlook', 'on_track', 'slipping'), nullable=True))
        batch_op.add_column(sa.Column('by_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_action_update_by_id'), 'person', ['by_id'], ['id'])

    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.add_column(sa.Column('success', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('owner_person_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('owner_organisation_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('decided_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('long_term', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('done_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('closed_on', sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column(
                'outcome', enum('outcome', 'better', 'no_clear_change', 'worse', 'not_enough_evidence'), nullable=True
            )
        )
        batch_op.add_column(sa.Column('review_on', sa.Date(), nullable=True))
    _read_facts()
    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_action_actionstate'), type_='check')
        batch_op.drop_column('state')
        batch_op.alter_column('decided_on', existing_type=sa.Date(), nullable=False)
        batch_op.create_foreign_key(op.f('fk_action_owner_person_id'), 'person', ['owner_person_id'], ['id'])
        batch_op.create_foreign_key(
            op.f('fk_action_owner_organisation_id'), 'organisation', ['owner_organisation_id'], ['id']
        )
        batch_op.create_index(batch_op.f('ix_action_owner_person_id'), ['owner_person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_action_owner_organisation_id'), ['owner_organisation_id'], unique=False)
        batch_op.create_check_constraint(
            op.f('ck_action_closed_after_done'), 'closed_on IS NULL OR done_on IS NOT NULL'
        )

    op.create_table('action_dependency',
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.Column('needs_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('action_id != needs_id', name=op.f('ck_action_dependency_not_itself')),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_action_dependency_action_id')),
    sa.ForeignKeyConstraint(['needs_id'], ['action.id'], name=op.f('fk_action_dependency_needs_id')),
    sa.PrimaryKeyConstraint('action_id', 'needs_id', name=op.f('pk_action_dependency'))
    )
    op.create_table('action_evidence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.Column('kind', enum('evidencekind', 'doing', 'effect'), nullable=False),
    sa.Column('shows', sa.String(length=400), nullable=False),
    sa.Column('about_on', sa.Date(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('url', sa.String(length=500), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('added_by_id', sa.Integer(), nullable=True),
    sa.Column('taken_back_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('taken_back_why', sa.String(length=400), nullable=False),
    sa.CheckConstraint("(file_id IS NULL) != (url = '')", name=op.f('ck_action_evidence_file_or_link')),
    sa.CheckConstraint('expires_on IS NULL OR expires_on > about_on', name=op.f('ck_action_evidence_expires_later')),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_action_evidence_action_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_action_evidence_file_id')),
    sa.ForeignKeyConstraint(['added_by_id'], ['person.id'], name=op.f('fk_action_evidence_added_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action_evidence'))
    )
    op.create_table('escalation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('asked_on', sa.Date(), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('answered_on', sa.Date(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('minute', sa.String(length=60), nullable=False),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_escalation_action_id')),
    sa.ForeignKeyConstraint(['group_id'], ['partnership_group.id'], name=op.f('fk_escalation_group_id')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['person.id'], name=op.f('fk_escalation_asked_by_id')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_escalation_answered_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_escalation'))
    )
    op.create_table('action_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('by', sa.String(length=200), nullable=False),
    sa.Column('what', sa.String(length=400), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('before', enum('before_state', *STATES), nullable=True),
    sa.Column('after', enum('actionstate', *STATES), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_action_step_action_id')),
    sa.ForeignKeyConstraint(['actor_id'], ['person.id'], name=op.f('fk_action_step_actor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action_step'))
    )
    for table in ('action_evidence', 'escalation', 'action_step'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f'ix_{table}_action_id'), ['action_id'], unique=False)
    # What was called evidence before evidence was kept piece by piece.
    op.execute(
        "INSERT INTO action_evidence (action_id, kind, shows, about_on, added_at, url, taken_back_why) "
        "SELECT id, 'effect', 'Recorded as evidence of impact before evidence was kept piece by piece.', done_on, "
        "CURRENT_TIMESTAMP, '/improvement', '' FROM action WHERE outcome = 'better'"
    )
    op.execute("UPDATE action SET outcome = NULL")

    op.create_table('group_member',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('part', sa.String(length=80), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.CheckConstraint('until IS NULL OR until >= since', name=op.f('ck_group_member_until_after_since')),
    sa.ForeignKeyConstraint(['group_id'], ['partnership_group.id'], name=op.f('fk_group_member_group_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_group_member_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_member')),
    sa.UniqueConstraint('group_id', 'person_id', 'since', name=op.f('uq_group_member_group_id_person_id_since'))
    )
    with op.batch_alter_table('group_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_group_member_person_id'), ['person_id'], unique=False)


def _read_facts() -> None:
    """The facts that the stored states stood for. “outcome” marks, for a moment, what was called evidence of impact."""
    first = "(SELECT min(dated) FROM action_update WHERE action_update.action_id = action.id)"
    last = "(SELECT max(dated) FROM action_update WHERE action_update.action_id = action.id)"
    op.execute(f"UPDATE action SET decided_on = coalesce({first}, due, CURRENT_DATE)")  # noqa: S608
    op.execute("UPDATE action SET long_term = (state = 'long_term_cultural_change')")
    op.execute(
        f"UPDATE action SET done_on = coalesce({last}, due, decided_on) "  # noqa: S608
        "WHERE state IN ('done', 'evidence_of_impact', 'closed')"
    )
    op.execute("UPDATE action SET closed_on = done_on WHERE state = 'closed'")
    op.execute("UPDATE action SET outcome = 'better' WHERE state = 'evidence_of_impact'")
    for state in ('on_track', 'slipping'):
        op.execute(
            f"UPDATE action_update SET outlook = '{state}' WHERE id IN (SELECT max(id) FROM action_update GROUP BY action_id) "  # noqa: S608
            f"AND action_id IN (SELECT id FROM action WHERE state = '{state}')"
        )


def downgrade() -> None:
    """Back to the release before: states again, and what only this release knows is gone."""
    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.add_column(sa.Column('state', sa.String(length=40), nullable=True))
    op.execute(
        "UPDATE action SET state = CASE WHEN closed_on IS NOT NULL THEN 'closed' "
        "WHEN done_on IS NOT NULL AND id IN (SELECT action_id FROM action_evidence WHERE kind = 'effect' "
        "AND taken_back_at IS NULL) THEN 'evidence_of_impact' "
        "WHEN done_on IS NOT NULL THEN 'done' WHEN long_term THEN 'long_term_cultural_change' "
        "WHEN id IN (SELECT action_id FROM action_update WHERE outlook = 'slipping') THEN 'slipping' "
        "WHEN id IN (SELECT action_id FROM action_update) THEN 'on_track' ELSE 'open' END"
    )
    for table in ('group_member', 'action_step', 'escalation', 'action_evidence', 'action_dependency'):
        op.drop_table(table)
    with op.batch_alter_table('action', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_action_closed_after_done'), type_='check')
        batch_op.drop_constraint(op.f('ck_action_outcome'), type_='check')
        batch_op.alter_column('state', existing_type=sa.String(length=40), nullable=False)
        batch_op.create_check_constraint(op.f('ck_action_actionstate'), f"state IN ({OLD_STATES})")
        batch_op.drop_index(batch_op.f('ix_action_owner_person_id'))
        batch_op.drop_index(batch_op.f('ix_action_owner_organisation_id'))
        batch_op.drop_constraint(op.f('fk_action_owner_person_id'), type_='foreignkey')
        batch_op.drop_constraint(op.f('fk_action_owner_organisation_id'), type_='foreignkey')
        for name in (
            'success',
            'owner_person_id',
            'owner_organisation_id',
            'decided_on',
            'long_term',
            'done_on',
            'closed_on',
            'outcome',
            'review_on',
        ):
            batch_op.drop_column(name)
    with op.batch_alter_table('action_update', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_action_update_outlook'), type_='check')
        batch_op.drop_constraint(op.f('fk_action_update_by_id'), type_='foreignkey')
        batch_op.drop_column('by_id')
        batch_op.drop_column('outlook')
    with op.batch_alter_table('recommendation_step', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_recommendation_step_stepkind'), type_='check')
        batch_op.drop_constraint(op.f('fk_recommendation_step_actor_id'), type_='foreignkey')
        for name in ('kind', 'reason', 'minute', 'actor_id'):
            batch_op.drop_column(name)
    op.execute("UPDATE recommendation SET state = 'accepted' WHERE state = 'closed'")
    with op.batch_alter_table('recommendation', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_recommendation_recommendationstate'), type_='check')
        batch_op.create_check_constraint(
            op.f('ck_recommendation_recommendationstate'), "state IN ('offered', 'accepted', 'declined')"
        )
    op.execute(f"UPDATE source SET kind = 'evaluation_finding' WHERE kind NOT IN ({SOURCES})")  # noqa: S608
    with op.batch_alter_table('source', schema=None) as batch_op:
        batch_op.drop_constraint(op.f('ck_source_sourcekind'), type_='check')
        batch_op.create_check_constraint(op.f('ck_source_sourcekind'), f"kind IN ({SOURCES})")
