"""Assurance events and the delivery plan."""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None

#: In the order in which they need each other.
TABLES = (
    'delivery_plan',
    'plan_level',
    'plan_priority',
    'report_meeting',
    'deep_dive',
    'plan_action',
    'assurance_event',
    'plan_progress',
    'plan_step',
    'assurance_agency',
    'assurance_event_action',
    'assurance_new_action',
    'assurance_panel_member',
    'assurance_step',
    'highlight_report',
    'plan_action_action',
    'assurance_ask',
    'success_measure',
    'assurance_answer',
    'assurance_evidence',
    'assurance_judgement',
)


def upgrade() -> None:
    """Tables of both rooms, empty."""
    op.create_table('delivery_plan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('begins', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('report_every', sa.Integer(), nullable=False),
    sa.Column('made_up', sa.Boolean(), nullable=False),
    sa.CheckConstraint('report_every > 0', name=op.f('ck_delivery_plan_report_every_some')),
    sa.CheckConstraint('until > begins', name=op.f('ck_delivery_plan_until_after_begins')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery_plan')),
    sa.UniqueConstraint('name', name=op.f('uq_delivery_plan_name'))
    )
    op.create_table('plan_level',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('meaning', sa.String(length=300), nullable=False),
    sa.Column('delivered', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['delivery_plan.id'], name=op.f('fk_plan_level_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_level')),
    sa.UniqueConstraint('plan_id', 'name', name=op.f('uq_plan_level_plan_id_name')),
    sa.UniqueConstraint('plan_id', 'position', name=op.f('uq_plan_level_plan_id_position'))
    )
    op.create_table('plan_priority',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('priority_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['delivery_plan.id'], name=op.f('fk_plan_priority_plan_id')),
    sa.ForeignKeyConstraint(['priority_id'], ['priority.id'], name=op.f('fk_plan_priority_priority_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_priority')),
    sa.UniqueConstraint('plan_id', 'number', name=op.f('uq_plan_priority_plan_id_number')),
    sa.UniqueConstraint('plan_id', 'priority_id', name=op.f('uq_plan_priority_plan_id_priority_id'))
    )
    op.create_table('report_meeting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['delivery_plan.id'], name=op.f('fk_report_meeting_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_meeting')),
    sa.UniqueConstraint('plan_id', 'held_on', name=op.f('uq_report_meeting_plan_id_held_on'))
    )
    op.create_table('deep_dive',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_priority_id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('held_on', sa.Date(), nullable=False),
    sa.Column('found', sa.Text(), nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('called_off_why', sa.String(length=400), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['partnership_group.id'], name=op.f('fk_deep_dive_group_id')),
    sa.ForeignKeyConstraint(['plan_priority_id'], ['plan_priority.id'], name=op.f('fk_deep_dive_plan_priority_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deep_dive'))
    )
    with op.batch_alter_table('deep_dive', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deep_dive_plan_priority_id'), ['plan_priority_id'], unique=False)

    op.create_table('plan_action',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_priority_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('wording', sa.Text(), nullable=False),
    sa.Column('lead_group_id', sa.Integer(), nullable=True),
    sa.Column('lead_organisation_id', sa.Integer(), nullable=True),
    sa.Column('due', sa.Date(), nullable=True),
    sa.Column('taken_out_on', sa.Date(), nullable=True),
    sa.Column('made_up', sa.Boolean(), nullable=False),
    sa.CheckConstraint('(lead_group_id IS NULL) != (lead_organisation_id IS NULL)', name=op.f('ck_plan_action_one_lead')),
    sa.ForeignKeyConstraint(['lead_group_id'], ['partnership_group.id'], name=op.f('fk_plan_action_lead_group_id')),
    sa.ForeignKeyConstraint(['lead_organisation_id'], ['organisation.id'], name=op.f('fk_plan_action_lead_organisation_id')),
    sa.ForeignKeyConstraint(['plan_priority_id'], ['plan_priority.id'], name=op.f('fk_plan_action_plan_priority_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_action')),
    sa.UniqueConstraint('plan_priority_id', 'number', name=op.f('uq_plan_action_plan_priority_id_number'))
    )
    op.create_table('assurance_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('first_day', sa.Date(), nullable=False),
    sa.Column('last_day', sa.Date(), nullable=False),
    sa.Column('starts', sa.Time(), nullable=True),
    sa.Column('ends', sa.Time(), nullable=True),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('evidence_until', sa.Date(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('called_off_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('called_off_why', sa.String(length=400), nullable=False),
    sa.Column('made_up', sa.Boolean(), nullable=False),
    sa.CheckConstraint('(starts IS NULL) = (ends IS NULL)', name=op.f('ck_assurance_event_times_whole')),
    sa.CheckConstraint('evidence_until <= first_day', name=op.f('ck_assurance_event_evidence_before_event')),
    sa.CheckConstraint('last_day >= first_day', name=op.f('ck_assurance_event_last_after_first')),
    sa.ForeignKeyConstraint(['group_id'], ['partnership_group.id'], name=op.f('fk_assurance_event_group_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_assurance_event_made_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assurance_event')),
    sa.UniqueConstraint('reference', name=op.f('uq_assurance_event_reference'))
    )
    op.create_table('plan_progress',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_action_id', sa.Integer(), nullable=False),
    sa.Column('dated', sa.Date(), nullable=False),
    sa.Column('level_id', sa.Integer(), nullable=False),
    sa.Column('done', sa.Text(), nullable=False),
    sa.Column('stuck', sa.Text(), nullable=False),
    sa.Column('asked', sa.Text(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('by_words', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_plan_progress_by_id')),
    sa.ForeignKeyConstraint(['level_id'], ['plan_level.id'], name=op.f('fk_plan_progress_level_id')),
    sa.ForeignKeyConstraint(['plan_action_id'], ['plan_action.id'], name=op.f('fk_plan_progress_plan_action_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_progress'))
    )
    with op.batch_alter_table('plan_progress', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_plan_progress_plan_action_id'), ['plan_action_id'], unique=False)

    op.create_table('plan_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('plan_action_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('by', sa.String(length=200), nullable=False),
    sa.Column('what', sa.String(length=400), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['person.id'], name=op.f('fk_plan_step_actor_id')),
    sa.ForeignKeyConstraint(['plan_action_id'], ['plan_action.id'], name=op.f('fk_plan_step_plan_action_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['delivery_plan.id'], name=op.f('fk_plan_step_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_step'))
    )
    with op.batch_alter_table('plan_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_plan_step_plan_action_id'), ['plan_action_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_plan_step_plan_id'), ['plan_id'], unique=False)

    op.create_table('assurance_agency',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=24), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('invited_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('remind_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_why', sa.String(length=400), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['assurance_event.id'], name=op.f('fk_assurance_agency_event_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_assurance_agency_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assurance_agency')),
    sa.UniqueConstraint('event_id', 'organisation_id', name=op.f('uq_assurance_agency_event_id_organisation_id')),
    sa.UniqueConstraint('reference', name=op.f('uq_assurance_agency_reference'))
    )
    with op.batch_alter_table('assurance_agency', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assurance_agency_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_assurance_agency_remind_at'), ['remind_at'], unique=False)

    op.create_table('assurance_event_action',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_assurance_event_action_action_id')),
    sa.ForeignKeyConstraint(['event_id'], ['assurance_event.id'], name=op.f('fk_assurance_event_action_event_id')),
    sa.PrimaryKeyConstraint('event_id', 'action_id', name=op.f('pk_assurance_event_action'))
    )
    op.create_table('assurance_new_action',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('follows_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('action_id != follows_id', name=op.f('ck_assurance_new_action_follows_another')),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_assurance_new_action_action_id')),
    sa.ForeignKeyConstraint(['event_id'], ['assurance_event.id'], name=op.f('fk_assurance_new_action_event_id')),
    sa.ForeignKeyConstraint(['follows_id'], ['action.id'], name=op.f('fk_assurance_new_action_follows_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assurance_new_action')),
    sa.UniqueConstraint('action_id', name=op.f('uq_assurance_new_action_action_id'))
    )
    with op.batch_alter_table('assurance_new_action', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assurance_new_action_event_id'), ['event_id'], unique=False)

    op.create_table('assurance_panel_member',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['event_id'], ['assurance_event.id'], name=op.f('fk_assurance_panel_member_event_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_assurance_panel_member_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assurance_panel_member'))
    )
    with op.batch_alter_table('assurance_panel_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assurance_panel_member_event_id'), ['event_id'], unique=False)

    op.create_table('assurance_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('by', sa.String(length=200), nullable=False),
    sa.Column('what', sa.String(length=400), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['person.id'], name=op.f('fk_assurance_step_actor_id')),
    sa.ForeignKeyConstraint(['event_id'], ['assurance_event.id'], name=op.f('fk_assurance_step_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assurance_step'))
    )
    with op.batch_alter_table('assurance_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assurance_step_event_id'), ['event_id'], unique=False)

    op.create_table('highlight_report',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=40), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('meeting_on', sa.Date(), nullable=False),
    sa.Column('period_from', sa.Date(), nullable=False),
    sa.Column('period_until', sa.Date(), nullable=False),
    sa.Column('document', sa.JSON(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('draw_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lease_token', sa.String(length=32), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.CheckConstraint('period_until >= period_from', name=op.f('ck_highlight_report_period_in_order')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_highlight_report_file_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_highlight_report_made_by_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['delivery_plan.id'], name=op.f('fk_highlight_report_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_highlight_report')),
    sa.UniqueConstraint('plan_id', 'meeting_on', name=op.f('uq_highlight_report_plan_id_meeting_on')),
    sa.UniqueConstraint('reference', name=op.f('uq_highlight_report_reference'))
    )
    with op.batch_alter_table('highlight_report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_highlight_report_draw_at'), ['draw_at'], unique=False)

    op.create_table('plan_action_action',
    sa.Column('plan_action_id', sa.Integer(), nullable=False),
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_plan_action_action_action_id')),
    sa.ForeignKeyConstraint(['plan_action_id'], ['plan_action.id'], name=op.f('fk_plan_action_action_plan_action_id')),
    sa.PrimaryKeyConstraint('plan_action_id', 'action_id', name=op.f('pk_plan_action_action'))
    )
    op.create_table('assurance_ask',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.Column('dropped_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_assurance_ask_action_id')),
    sa.ForeignKeyConstraint(['agency_id'], ['assurance_agency.id'], name=op.f('fk_assurance_ask_agency_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assurance_ask')),
    sa.UniqueConstraint('agency_id', 'action_id', name=op.f('uq_assurance_ask_agency_id_action_id'))
    )
    with op.batch_alter_table('assurance_ask', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assurance_ask_action_id'), ['action_id'], unique=False)

    op.create_table('success_measure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_action_id', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(length=400), nullable=False),
    sa.Column('seen_by', sa.String(length=400), nullable=False),
    sa.Column('measure_id', sa.Integer(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['measure_id'], ['measure.id'], name=op.f('fk_success_measure_measure_id')),
    sa.ForeignKeyConstraint(['plan_action_id'], ['plan_action.id'], name=op.f('fk_success_measure_plan_action_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_success_measure'))
    )
    with op.batch_alter_table('success_measure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_success_measure_measure_id'), ['measure_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_success_measure_plan_action_id'), ['plan_action_id'], unique=False)

    op.create_table('assurance_answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ask_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('statement', sa.Text(), nullable=False),
    sa.Column('nothing_yet', sa.Boolean(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('saved_by_id', sa.Integer(), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('late', sa.Boolean(), nullable=False),
    sa.CheckConstraint('sent_at IS NOT NULL OR NOT late', name=op.f('ck_assurance_answer_late_when_sent')),
    sa.ForeignKeyConstraint(['ask_id'], ['assurance_ask.id'], name=op.f('fk_assurance_answer_ask_id')),
    sa.ForeignKeyConstraint(['saved_by_id'], ['person.id'], name=op.f('fk_assurance_answer_saved_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assurance_answer')),
    sa.UniqueConstraint('ask_id', 'version', name=op.f('uq_assurance_answer_ask_id_version'))
    )
    with op.batch_alter_table('assurance_answer', schema=None) as batch_op:
        batch_op.create_index('uq_assurance_answer_draft', ['ask_id'], unique=True, sqlite_where=sa.text('sent_at IS NULL'), postgresql_where=sa.text('sent_at IS NULL'))

    op.create_table('assurance_evidence',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('answer_id', sa.Integer(), nullable=False),
    sa.Column('about_on', sa.Date(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('url', sa.String(length=500), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(file_id IS NULL) != (url = '')", name=op.f('ck_assurance_evidence_file_or_link')),
    sa.ForeignKeyConstraint(['answer_id'], ['assurance_answer.id'], name=op.f('fk_assurance_evidence_answer_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_assurance_evidence_file_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assurance_evidence'))
    )
    with op.batch_alter_table('assurance_evidence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assurance_evidence_answer_id'), ['answer_id'], unique=False)

    op.create_table('assurance_judgement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ask_id', sa.Integer(), nullable=False),
    sa.Column('found', sa.Enum('implemented', 'impact_shown', 'further_work', name='found', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('anew_because', sa.Text(), nullable=False),
    sa.Column('answer_id', sa.Integer(), nullable=True),
    sa.Column('sent_then', sa.Integer(), nullable=False),
    sa.Column('asked_then', sa.Integer(), nullable=False),
    sa.Column('judged_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['answer_id'], ['assurance_answer.id'], name=op.f('fk_assurance_judgement_answer_id')),
    sa.ForeignKeyConstraint(['ask_id'], ['assurance_ask.id'], name=op.f('fk_assurance_judgement_ask_id')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_assurance_judgement_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assurance_judgement'))
    )
    with op.batch_alter_table('assurance_judgement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assurance_judgement_ask_id'), ['ask_id'], unique=False)


def downgrade() -> None:
    """Both rooms are gone, with all that was kept in them. (A table takes its indexes with it.)"""
    for table in reversed(TABLES):
        op.drop_table(table)
