"""Meetings and decisions of groups, agency returns, the training needs analysis."""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New tables only; nothing that is there changes."""
    op.create_table('group_meeting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=40), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('link', sa.String(length=500), nullable=False),
    sa.Column('state', sa.Enum('planned', 'held', 'minutes_agreed', 'cancelled', name='meetingstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('minutes', sa.String(length=500), nullable=False),
    sa.Column('cancelled_why', sa.String(length=300), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('made_up', sa.Boolean(), nullable=False),
    sa.CheckConstraint("(state = 'cancelled') = (cancelled_why != '')", name=op.f('ck_group_meeting_cancelled_says_why')),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_group_meeting_ends_after_start')),
    sa.ForeignKeyConstraint(['group_id'], ['partnership_group.id'], name=op.f('fk_group_meeting_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_meeting')),
    sa.UniqueConstraint('reference', name=op.f('uq_group_meeting_reference'))
    )
    with op.batch_alter_table('group_meeting', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_group_meeting_group_id'), ['group_id'], unique=False)

    op.create_table('training_proposal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.Enum('course', 'sessions', 'commission', 'resource', 'nothing_now', name='proposalkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('line_key', sa.String(length=80), nullable=False),
    sa.Column('line_words', sa.String(length=500), nullable=False),
    sa.Column('expected', sa.Integer(), nullable=True),
    sa.Column('cost_pence', sa.Integer(), nullable=True),
    sa.Column('needed_by', sa.Date(), nullable=True),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('proposed', 'accepted', 'declined', 'put_off', 'withdrawn', name='proposalstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('minute', sa.String(length=60), nullable=False),
    sa.Column('again_on', sa.Date(), nullable=True),
    sa.Column('source_id', sa.Integer(), nullable=True),
    sa.Column('made_up', sa.Boolean(), nullable=False),
    sa.CheckConstraint("source_id IS NULL OR state = 'accepted'", name=op.f('ck_training_proposal_source_of_accepted')),
    sa.CheckConstraint('cost_pence IS NULL OR cost_pence >= 0', name=op.f('ck_training_proposal_cost_not_negative')),
    sa.CheckConstraint('expected IS NULL OR expected >= 0', name=op.f('ck_training_proposal_expected_not_negative')),
    sa.ForeignKeyConstraint(['group_id'], ['partnership_group.id'], name=op.f('fk_training_proposal_group_id')),
    sa.ForeignKeyConstraint(['source_id'], ['source.id'], name=op.f('fk_training_proposal_source_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_proposal')),
    sa.UniqueConstraint('reference', name=op.f('uq_training_proposal_reference'))
    )
    with op.batch_alter_table('training_proposal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_proposal_group_id'), ['group_id'], unique=False)

    op.create_table('agenda_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('about', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['group_meeting.id'], name=op.f('fk_agenda_item_meeting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_item'))
    )
    with op.batch_alter_table('agenda_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_item_meeting_id'), ['meeting_id'], unique=False)

    op.create_table('decision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=60), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('wording', sa.Text(), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=False),
    sa.Column('carried_out_by', sa.String(length=200), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('replaces_id', sa.Integer(), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by_id', sa.Integer(), nullable=True),
    sa.Column('made_up', sa.Boolean(), nullable=False),
    sa.CheckConstraint('replaces_id IS NULL OR replaces_id != id', name=op.f('ck_decision_not_itself')),
    sa.ForeignKeyConstraint(['added_by_id'], ['person.id'], name=op.f('fk_decision_added_by_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['group_meeting.id'], name=op.f('fk_decision_meeting_id')),
    sa.ForeignKeyConstraint(['replaces_id'], ['decision.id'], name=op.f('fk_decision_replaces_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision')),
    sa.UniqueConstraint('reference', name=op.f('uq_decision_reference')),
    sa.UniqueConstraint('replaces_id', name=op.f('uq_decision_replaces_id'))
    )
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_decision_meeting_id'), ['meeting_id'], unique=False)

    op.create_table('meeting_presence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('presence', sa.Enum('present', 'apologies', name='presence', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['group_meeting.id'], name=op.f('fk_meeting_presence_meeting_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_meeting_presence_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_presence')),
    sa.UniqueConstraint('meeting_id', 'person_id', name=op.f('uq_meeting_presence_meeting_id_person_id'))
    )
    with op.batch_alter_table('meeting_presence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_presence_person_id'), ['person_id'], unique=False)

    op.create_table('meeting_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('what', sa.String(length=400), nullable=False),
    sa.Column('why', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['person.id'], name=op.f('fk_meeting_step_actor_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['group_meeting.id'], name=op.f('fk_meeting_step_meeting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_step'))
    )
    with op.batch_alter_table('meeting_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_step_meeting_id'), ['meeting_id'], unique=False)

    op.create_table('needs_snapshot',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_by_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('document', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['taken_by_id'], ['person.id'], name=op.f('fk_needs_snapshot_taken_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_needs_snapshot'))
    )
    op.create_table('training_proposal_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('by', sa.String(length=200), nullable=False),
    sa.Column('what', sa.String(length=200), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('minute', sa.String(length=60), nullable=False),
    sa.Column('after', sa.Enum('proposed', 'accepted', 'declined', 'put_off', 'withdrawn', name='proposalstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['person.id'], name=op.f('fk_training_proposal_step_actor_id')),
    sa.ForeignKeyConstraint(['proposal_id'], ['training_proposal.id'], name=op.f('fk_training_proposal_step_proposal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_proposal_step'))
    )
    with op.batch_alter_table('training_proposal_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_training_proposal_step_proposal_id'), ['proposal_id'], unique=False)

    op.create_table('training_return',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('opens_on', sa.Date(), nullable=False),
    sa.Column('deadline', sa.Date(), nullable=False),
    sa.Column('asks', sa.Enum('everybody', 'agencies', 'schools', name='asks', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_by_id', sa.Integer(), nullable=True),
    sa.Column('remind_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('made_up', sa.Boolean(), nullable=False),
    sa.CheckConstraint('deadline > opens_on', name=op.f('ck_training_return_deadline_after_opening')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['person.id'], name=op.f('fk_training_return_opened_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_return')),
    sa.UniqueConstraint('year', name=op.f('uq_training_return_year'))
    )
    op.create_table('agency_return',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('draft', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('draft_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('draft_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['draft_by_id'], ['person.id'], name=op.f('fk_agency_return_draft_by_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_agency_return_organisation_id')),
    sa.ForeignKeyConstraint(['round_id'], ['training_return.id'], name=op.f('fk_agency_return_round_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agency_return')),
    sa.UniqueConstraint('round_id', 'organisation_id', name=op.f('uq_agency_return_round_id_organisation_id'))
    )
    with op.batch_alter_table('agency_return', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agency_return_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('board_pack',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=24), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('draw_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('lease_token', sa.String(length=32), nullable=True),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(file_id IS NULL) = (drawn_at IS NULL)', name=op.f('ck_board_pack_drawn_has_file')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['person.id'], name=op.f('fk_board_pack_asked_by_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_board_pack_file_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['group_meeting.id'], name=op.f('fk_board_pack_meeting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_board_pack')),
    sa.UniqueConstraint('reference', name=op.f('uq_board_pack_reference'))
    )
    with op.batch_alter_table('board_pack', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_board_pack_draw_at'), ['draw_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_board_pack_meeting_id'), ['meeting_id'], unique=False)

    op.create_table('decision_about',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('decision_id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_decision_about_decision_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision_about')),
    sa.UniqueConstraint('decision_id', 'reference', name=op.f('uq_decision_about_decision_id_reference'))
    )
    with op.batch_alter_table('decision_about', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_decision_about_reference'), ['reference'], unique=False)

    op.create_table('return_topic',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['training_return.id'], name=op.f('fk_return_topic_round_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_return_topic')),
    sa.UniqueConstraint('round_id', 'position', name=op.f('uq_return_topic_round_id_position'))
    )
    op.create_table('return_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('return_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_by_id', sa.Integer(), nullable=True),
    sa.Column('late', sa.Boolean(), nullable=False),
    sa.Column('evaluates', sa.Text(), nullable=False),
    sa.Column('needs', sa.Text(), nullable=False),
    sa.CheckConstraint('number > 0', name=op.f('ck_return_version_counted_from_one')),
    sa.ForeignKeyConstraint(['return_id'], ['agency_return.id'], name=op.f('fk_return_version_return_id')),
    sa.ForeignKeyConstraint(['sent_by_id'], ['person.id'], name=op.f('fk_return_version_sent_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_return_version')),
    sa.UniqueConstraint('return_id', 'number', name=op.f('uq_return_version_return_id_number'))
    )
    op.create_table('return_figure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('in_scope', sa.Integer(), nullable=False),
    sa.Column('trained', sa.Integer(), nullable=False),
    sa.CheckConstraint('in_scope >= 0', name=op.f('ck_return_figure_in_scope_not_negative')),
    sa.CheckConstraint('trained >= 0 AND trained <= in_scope', name=op.f('ck_return_figure_trained_of_those_in_scope')),
    sa.ForeignKeyConstraint(['topic_id'], ['return_topic.id'], name=op.f('fk_return_figure_topic_id')),
    sa.ForeignKeyConstraint(['version_id'], ['return_version.id'], name=op.f('fk_return_figure_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_return_figure')),
    sa.UniqueConstraint('version_id', 'topic_id', name=op.f('uq_return_figure_version_id_topic_id'))
    )
    with op.batch_alter_table('return_figure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_return_figure_topic_id'), ['topic_id'], unique=False)


def downgrade() -> None:
    """Back to the release before: what only this release keeps is gone."""
    for table in (
        'return_figure',
        'return_version',
        'return_topic',
        'decision_about',
        'board_pack',
        'agency_return',
        'training_return',
        'training_proposal_step',
        'needs_snapshot',
        'meeting_step',
        'meeting_presence',
        'decision',
        'agenda_item',
        'training_proposal',
        'group_meeting',
    ):
        op.drop_table(table)
