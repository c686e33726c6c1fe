"""The tables of the first house."""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('contradiction',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('table', sa.String(length=60), nullable=False),
    sa.Column('stated', sa.String(length=300), nullable=False),
    sa.Column('counted', sa.String(length=300), nullable=False),
    sa.Column('difference', sa.String(length=100), nullable=False),
    sa.Column('rule', sa.String(length=400), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contradiction')),
    sa.UniqueConstraint('reference', name=op.f('uq_contradiction_reference'))
    )
    with op.batch_alter_table('contradiction', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contradiction_table'), ['table'], unique=False)

    op.create_table('course',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=12), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.Enum('core', 'subject', 'e_learning', 'masterclass', 'conference', 'briefing', 'safeguarding_week', 'forum', 'school', 'champions', 'resource', 'signposted', name='coursekind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('aim', sa.Text(), nullable=False),
    sa.Column('outcomes', sa.JSON(), nullable=False),
    sa.Column('audience', sa.String(length=300), nullable=False),
    sa.Column('level', sa.String(length=60), nullable=False),
    sa.Column('modes', sa.JSON(), nullable=False),
    sa.Column('hours', sa.Double(), nullable=True),
    sa.Column('participatory_hours', sa.Double(), nullable=True),
    sa.Column('refresh_months', sa.Integer(), nullable=True),
    sa.Column('counted_by', sa.Enum('people', 'schools', 'sessions', 'bookings', 'other', name='countedby', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('provided_by', sa.String(length=120), nullable=False),
    sa.Column('tags', sa.JSON(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course')),
    sa.UniqueConstraint('code', name=op.f('uq_course_code'))
    )
    op.create_table('edition',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('sent_on', sa.Date(), nullable=False),
    sa.Column('special', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_edition'))
    )
    with op.batch_alter_table('edition', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_edition_sent_on'), ['sent_on'], unique=False)

    op.create_table('failed_sign_in',
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('blocked_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('key_hash', name=op.f('pk_failed_sign_in'))
    )
    op.create_table('partnership',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('short_name', sa.String(length=40), nullable=False),
    sa.Column('team_name', sa.String(length=200), nullable=False),
    sa.Column('team_email', sa.String(length=254), nullable=False),
    sa.Column('team_phone', sa.String(length=40), nullable=False),
    sa.Column('made_up', sa.Boolean(), nullable=False),
    sa.Column('demo_now', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('id = 1', name=op.f('ck_partnership_only_one')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_partnership')),
    sa.UniqueConstraint('key', name=op.f('uq_partnership_key'))
    )
    op.create_table('partnership_group',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('short_name', sa.String(length=60), nullable=False),
    sa.Column('purpose', sa.String(length=400), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_partnership_group')),
    sa.UniqueConstraint('key', name=op.f('uq_partnership_group_key'))
    )
    op.create_table('priority',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=20), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('plan', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_priority')),
    sa.UniqueConstraint('key', name=op.f('uq_priority_key')),
    sa.UniqueConstraint('number', name=op.f('uq_priority_number'))
    )
    op.create_table('published_figure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('table', sa.String(length=60), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('label', sa.String(length=200), nullable=False),
    sa.Column('qualifier', sa.String(length=20), nullable=False),
    sa.Column('value', sa.String(length=60), nullable=False),
    sa.Column('unit', sa.String(length=60), nullable=False),
    sa.Column('period_start', sa.Date(), nullable=True),
    sa.Column('period_end', sa.Date(), nullable=True),
    sa.Column('document', sa.String(length=200), nullable=False),
    sa.Column('place', sa.String(length=60), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_published_figure'))
    )
    with op.batch_alter_table('published_figure', schema=None) as batch_op:
        batch_op.create_index('ix_published_figure_table', ['table', 'key'], unique=False)

    op.create_table('question_set',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('document', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_set')),
    sa.UniqueConstraint('key', 'version', name=op.f('uq_question_set_key_version'))
    )
    op.create_table('resource',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('tags', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_resource')),
    sa.UniqueConstraint('code', name=op.f('uq_resource_code'))
    )
    op.create_table('sector',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sector')),
    sa.UniqueConstraint('key', name=op.f('uq_sector_key')),
    sa.UniqueConstraint('name', name=op.f('uq_sector_name')),
    sa.UniqueConstraint('position', name=op.f('uq_sector_position'))
    )
    op.create_table('source',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.Enum('practice_review', 'rapid_review', 'child_death_overview', 'multi_agency_audit', 'section_175_theme', 'section_11_theme', 'forum_theme', 'voice_of_children', 'scrutineer_challenge', 'evaluation_finding', name='sourcekind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('dated', sa.Date(), nullable=False),
    sa.Column('learning', sa.Text(), nullable=False),
    sa.Column('made_up', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_source')),
    sa.UniqueConstraint('reference', name=op.f('uq_source_reference'))
    )
    op.create_table('venue',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('address', sa.String(length=300), nullable=False),
    sa.Column('access_notes', sa.String(length=500), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_venue')),
    sa.UniqueConstraint('name', name=op.f('uq_venue_name'))
    )
    op.create_table('action',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=40), nullable=False),
    sa.Column('wording', sa.Text(), nullable=False),
    sa.Column('owner_group_id', sa.Integer(), nullable=False),
    sa.Column('due', sa.Date(), nullable=True),
    sa.Column('state', sa.Enum('open', 'on_track', 'slipping', 'long_term_cultural_change', 'done', 'evidence_of_impact', 'closed', name='actionstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('priority_id', sa.Integer(), nullable=True),
    sa.Column('made_up', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['owner_group_id'], ['partnership_group.id'], name=op.f('fk_action_owner_group_id')),
    sa.ForeignKeyConstraint(['priority_id'], ['priority.id'], name=op.f('fk_action_priority_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action')),
    sa.UniqueConstraint('reference', name=op.f('uq_action_reference'))
    )
    op.create_table('course_priority',
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('priority_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_course_priority_course_id')),
    sa.ForeignKeyConstraint(['priority_id'], ['priority.id'], name=op.f('fk_course_priority_priority_id')),
    sa.PrimaryKeyConstraint('course_id', 'priority_id', name=op.f('pk_course_priority'))
    )
    op.create_table('evaluation_plan',
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('question_set_id', sa.Integer(), nullable=False),
    sa.Column('waves', sa.JSON(), nullable=False),
    sa.Column('primary_scale', sa.String(length=60), nullable=False),
    sa.Column('deciding_wave', sa.String(length=20), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_evaluation_plan_course_id')),
    sa.ForeignKeyConstraint(['question_set_id'], ['question_set.id'], name=op.f('fk_evaluation_plan_question_set_id')),
    sa.PrimaryKeyConstraint('course_id', name=op.f('pk_evaluation_plan'))
    )
    op.create_table('organisation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.Enum('agency', 'school', name='organisationkind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('sector_id', sa.Integer(), nullable=False),
    sa.Column('made_up', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['sector_id'], ['sector.id'], name=op.f('fk_organisation_sector_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation')),
    sa.UniqueConstraint('name', name=op.f('uq_organisation_name'))
    )
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organisation_sector_id'), ['sector_id'], unique=False)

    op.create_table('recommendation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=40), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('headline', sa.String(length=120), nullable=False),
    sa.Column('wording', sa.Text(), nullable=False),
    sa.Column('plain_sentence', sa.Text(), nullable=False),
    sa.Column('owner_group_id', sa.Integer(), nullable=False),
    sa.Column('due', sa.Date(), nullable=True),
    sa.Column('state', sa.Enum('offered', 'accepted', 'declined', name='recommendationstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('made_up', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['owner_group_id'], ['partnership_group.id'], name=op.f('fk_recommendation_owner_group_id')),
    sa.ForeignKeyConstraint(['source_id'], ['source.id'], name=op.f('fk_recommendation_source_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recommendation')),
    sa.UniqueConstraint('reference', name=op.f('uq_recommendation_reference'))
    )
    with op.batch_alter_table('recommendation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recommendation_source_id'), ['source_id'], unique=False)

    op.create_table('subscriber',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('sector_id', sa.Integer(), nullable=False),
    sa.Column('subscribed_on', sa.Date(), nullable=False),
    sa.Column('unsubscribed_on', sa.Date(), nullable=True),
    sa.CheckConstraint('unsubscribed_on IS NULL OR unsubscribed_on >= subscribed_on', name=op.f('ck_subscriber_ends_after_start')),
    sa.ForeignKeyConstraint(['sector_id'], ['sector.id'], name=op.f('fk_subscriber_sector_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_subscriber'))
    )
    with op.batch_alter_table('subscriber', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_subscriber_email'), ['email'], unique=False)
        batch_op.create_index(batch_op.f('ix_subscriber_sector_id'), ['sector_id'], unique=False)

    op.create_table('action_recommendation',
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.Column('recommendation_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_action_recommendation_action_id')),
    sa.ForeignKeyConstraint(['recommendation_id'], ['recommendation.id'], name=op.f('fk_action_recommendation_recommendation_id')),
    sa.PrimaryKeyConstraint('action_id', 'recommendation_id', name=op.f('pk_action_recommendation'))
    )
    op.create_table('action_update',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.Column('dated', sa.Date(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_action_update_action_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_action_update'))
    )
    with op.batch_alter_table('action_update', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_action_update_action_id'), ['action_id'], unique=False)

    op.create_table('course_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=40), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('mode', sa.Enum('classroom', 'virtual', 'hybrid', name='mode', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('venue_id', sa.Integer(), nullable=True),
    sa.Column('joining_link', sa.String(length=500), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('bring', sa.String(length=500), nullable=False),
    sa.Column('host_organisation_id', sa.Integer(), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('register_finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('imported', sa.Boolean(), nullable=False),
    sa.CheckConstraint('capacity >= 0', name=op.f('ck_course_session_capacity_not_negative')),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_course_session_ends_after_start')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_course_session_course_id')),
    sa.ForeignKeyConstraint(['host_organisation_id'], ['organisation.id'], name=op.f('fk_course_session_host_organisation_id')),
    sa.ForeignKeyConstraint(['venue_id'], ['venue.id'], name=op.f('fk_course_session_venue_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_session')),
    sa.UniqueConstraint('reference', name=op.f('uq_course_session_reference'))
    )
    with op.batch_alter_table('course_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_course_session_course_id'), ['course_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_course_session_host_organisation_id'), ['host_organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_course_session_starts_at'), ['starts_at'], unique=False)

    op.create_table('learning_offer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=True),
    sa.Column('resource_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('(course_id IS NULL) != (resource_id IS NULL)', name=op.f('ck_learning_offer_one_thing')),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_learning_offer_action_id')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_learning_offer_course_id')),
    sa.ForeignKeyConstraint(['resource_id'], ['resource.id'], name=op.f('fk_learning_offer_resource_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_learning_offer')),
    sa.UniqueConstraint('action_id', 'course_id', name=op.f('uq_learning_offer_action_id_course_id')),
    sa.UniqueConstraint('action_id', 'resource_id', name=op.f('uq_learning_offer_action_id_resource_id'))
    )
    with op.batch_alter_table('learning_offer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_learning_offer_course_id'), ['course_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_learning_offer_resource_id'), ['resource_id'], unique=False)

    op.create_table('measure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('action_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('analytical_data', 'quality_assurance', 'impact_evaluation', name='measurekind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('unit', sa.String(length=100), nullable=False),
    sa.Column('direction', sa.Enum('higher_is_better', 'lower_is_better', 'none', name='direction', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('target', sa.Double(), nullable=True),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('caution', sa.String(length=400), nullable=False),
    sa.Column('learning_dates', sa.JSON(), nullable=False),
    sa.Column('question_keys', sa.JSON(), nullable=False),
    sa.Column('scale', sa.String(length=60), nullable=False),
    sa.Column('waves', sa.JSON(), nullable=False),
    sa.Column('least_matched', sa.Integer(), nullable=False),
    sa.Column('made_up', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['action.id'], name=op.f('fk_measure_action_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure')),
    sa.UniqueConstraint('key', name=op.f('uq_measure_key'))
    )
    with op.batch_alter_table('measure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_measure_action_id'), ['action_id'], unique=False)

    op.create_table('person',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('first_name', sa.String(length=100), nullable=False),
    sa.Column('last_name', sa.String(length=100), nullable=False),
    sa.Column('job', sa.String(length=120), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('manager_name', sa.String(length=200), nullable=False),
    sa.Column('manager_email', sa.String(length=254), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('made_up', sa.Boolean(), nullable=False),
    sa.CheckConstraint('email = lower(email)', name=op.f('ck_person_email_lower')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_person_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('email', name=op.f('uq_person_email'))
    )
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('recommendation_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('recommendation_id', sa.Integer(), nullable=False),
    sa.Column('dated', sa.Date(), nullable=False),
    sa.Column('by', sa.String(length=200), nullable=False),
    sa.Column('what', sa.String(length=400), nullable=False),
    sa.ForeignKeyConstraint(['recommendation_id'], ['recommendation.id'], name=op.f('fk_recommendation_step_recommendation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recommendation_step'))
    )
    with op.batch_alter_table('recommendation_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recommendation_step_recommendation_id'), ['recommendation_id'], unique=False)

    op.create_table('workforce_count',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('counted_on', sa.Date(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.CheckConstraint('people >= 0', name=op.f('ck_workforce_count_people_not_negative')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_workforce_count_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_workforce_count')),
    sa.UniqueConstraint('organisation_id', 'counted_on', name=op.f('uq_workforce_count_organisation_id_counted_on'))
    )
    op.create_table('activity',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('verb', sa.String(length=60), nullable=False),
    sa.Column('subject_kind', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.String(length=60), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['person.id'], name=op.f('fk_activity_actor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_activity'))
    )
    with op.batch_alter_table('activity', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_activity_actor_id'), ['actor_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_activity_at'), ['at'], unique=False)
        batch_op.create_index('ix_activity_subject', ['subject_kind', 'subject'], unique=False)

    op.create_table('booking',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=24), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('status', sa.Enum('booked', 'waiting', 'cancelled', name='bookingstatus', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('origin', sa.Enum('booked', 'walk_in', 'imported', name='bookingorigin', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('booked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_booking_made_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_booking_person_id')),
    sa.ForeignKeyConstraint(['session_id'], ['course_session.id'], name=op.f('fk_booking_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_booking')),
    sa.UniqueConstraint('reference', name=op.f('uq_booking_reference'))
    )
    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_booking_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_booking_session_status', ['session_id', 'status'], unique=False)
        batch_op.create_index('uq_booking_live', ['session_id', 'person_id'], unique=True, sqlite_where=sa.text("status != 'cancelled'"), postgresql_where=sa.text("status != 'cancelled'"))

    op.create_table('enrolment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('booked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('completed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('imported', sa.Boolean(), nullable=False),
    sa.CheckConstraint('completed_at IS NULL OR started_at IS NOT NULL', name=op.f('ck_enrolment_started_before_completed')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_enrolment_course_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_enrolment_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enrolment'))
    )
    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.create_index('ix_enrolment_course_booked', ['course_id', 'booked_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_enrolment_person_id'), ['person_id'], unique=False)

    op.create_table('held_answers',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('wave', sa.String(length=20), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['course_session.id'], name=op.f('fk_held_answers_session_id')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_held_answers'))
    )
    with op.batch_alter_table('held_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_held_answers_session_id'), ['session_id'], unique=False)

    op.create_table('letter',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=24), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('to_name', sa.String(length=200), nullable=False),
    sa.Column('to_email', sa.String(length=254), nullable=False),
    sa.Column('subject', sa.String(length=300), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('calendar', sa.Text(), nullable=False),
    sa.Column('calendar_method', sa.String(length=10), nullable=False),
    sa.Column('link_kind', sa.String(length=40), nullable=False),
    sa.Column('link_to', sa.String(length=64), nullable=False),
    sa.Column('dedupe', sa.String(length=160), nullable=True),
    sa.Column('message_id', sa.String(length=120), nullable=False),
    sa.Column('queued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'sent', 'failed', name='letterstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('lease_token', sa.String(length=32), nullable=True),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.String(length=400), nullable=False),
    sa.CheckConstraint("(link_kind = '') = (link_to = '')", name=op.f('ck_letter_link_whole')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_letter_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letter')),
    sa.UniqueConstraint('dedupe', name=op.f('uq_letter_dedupe')),
    sa.UniqueConstraint('message_id', name=op.f('uq_letter_message_id')),
    sa.UniqueConstraint('reference', name=op.f('uq_letter_reference'))
    )
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_letter_key'), ['key'], unique=False)
        batch_op.create_index(batch_op.f('ix_letter_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_letter_waiting', ['due_at', 'id'], unique=False, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))

    op.create_table('measure_figure',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('measure_id', sa.Integer(), nullable=False),
    sa.Column('dated', sa.Date(), nullable=False),
    sa.Column('method', sa.String(length=100), nullable=False),
    sa.Column('numerator', sa.Integer(), nullable=True),
    sa.Column('denominator', sa.Integer(), nullable=True),
    sa.Column('value', sa.Double(), nullable=True),
    sa.CheckConstraint('denominator IS NULL OR numerator <= denominator', name=op.f('ck_measure_figure_part_of_whole')),
    sa.ForeignKeyConstraint(['measure_id'], ['measure.id'], name=op.f('fk_measure_figure_measure_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure_figure')),
    sa.UniqueConstraint('measure_id', 'dated', 'method', name=op.f('uq_measure_figure_measure_id_dated_method'))
    )
    op.create_table('person_role',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('practitioner', 'trainer', 'training_lead', 'dsl', 'headteacher', 'governor', 'education_adviser', 'ld_officer', 'ld_group', 'scrutineer', 'administrator', name='role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_person_role_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'role', name=op.f('pk_person_role'))
    )
    op.create_table('response',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('question_set_id', sa.Integer(), nullable=False),
    sa.Column('wave', sa.String(length=20), nullable=False),
    sa.Column('pairing_code', sa.String(length=64), nullable=False),
    sa.Column('sector_id', sa.Integer(), nullable=True),
    sa.Column('week', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_response_course_id')),
    sa.ForeignKeyConstraint(['question_set_id'], ['question_set.id'], name=op.f('fk_response_question_set_id')),
    sa.ForeignKeyConstraint(['sector_id'], ['sector.id'], name=op.f('fk_response_sector_id')),
    sa.ForeignKeyConstraint(['session_id'], ['course_session.id'], name=op.f('fk_response_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_response')),
    sa.UniqueConstraint('session_id', 'wave', 'pairing_code', name=op.f('uq_response_session_id_wave_pairing_code'))
    )
    with op.batch_alter_table('response', schema=None) as batch_op:
        batch_op.create_index('ix_response_course_wave', ['course_id', 'wave'], unique=False)

    op.create_table('server_session',
    sa.Column('name_hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_server_session_person_id')),
    sa.PrimaryKeyConstraint('name_hash', name=op.f('pk_server_session'))
    )
    with op.batch_alter_table('server_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_server_session_last_seen_at'), ['last_seen_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_server_session_person_id'), ['person_id'], unique=False)

    op.create_table('session_trainer',
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_session_trainer_person_id')),
    sa.ForeignKeyConstraint(['session_id'], ['course_session.id'], name=op.f('fk_session_trainer_session_id')),
    sa.PrimaryKeyConstraint('session_id', 'person_id', name=op.f('pk_session_trainer'))
    )
    with op.batch_alter_table('session_trainer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_session_trainer_person_id'), ['person_id'], unique=False)

    op.create_table('survey_round',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('question_set_id', sa.Integer(), nullable=False),
    sa.Column('wave', sa.String(length=20), nullable=False),
    sa.Column('asks', sa.Enum('booked', 'came', 'manager', name='audience', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('session_starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('session_ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reminder_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_call_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stage', sa.Enum('planned', 'open', 'reminded', 'last_called', 'closed', name='roundstage', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('moves_on_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['question_set_id'], ['question_set.id'], name=op.f('fk_survey_round_question_set_id')),
    sa.ForeignKeyConstraint(['session_id'], ['course_session.id'], name=op.f('fk_survey_round_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey_round')),
    sa.UniqueConstraint('session_id', 'wave', name=op.f('uq_survey_round_session_id_wave'))
    )
    with op.batch_alter_table('survey_round', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_survey_round_moves_on_at'), ['moves_on_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_survey_round_next_at'), ['next_at'], unique=False)

    op.create_table('answer',
    sa.Column('response_id', sa.String(length=32), nullable=False),
    sa.Column('question_key', sa.String(length=60), nullable=False),
    sa.Column('number', sa.Double(), nullable=True),
    sa.Column('choice', sa.String(length=200), nullable=True),
    sa.Column('text', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['response_id'], ['response.id'], name=op.f('fk_answer_response_id')),
    sa.PrimaryKeyConstraint('response_id', 'question_key', name=op.f('pk_answer'))
    )
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.create_index('ix_answer_question_key', ['question_key', 'response_id'], unique=False)

    op.create_table('attendance_mark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('booking_id', sa.Integer(), nullable=False),
    sa.Column('mark', sa.Enum('attended', 'part', 'left_early', 'apology', 'no_show', name='mark', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('from_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('until_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('marked_by_id', sa.Integer(), nullable=True),
    sa.Column('marked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('replaced_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('until_at IS NULL OR from_at IS NULL OR until_at > from_at', name=op.f('ck_attendance_mark_until_after_from')),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_attendance_mark_booking_id')),
    sa.ForeignKeyConstraint(['marked_by_id'], ['person.id'], name=op.f('fk_attendance_mark_marked_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance_mark'))
    )
    with op.batch_alter_table('attendance_mark', schema=None) as batch_op:
        batch_op.create_index('ix_attendance_mark_booking', ['booking_id'], unique=False)
        batch_op.create_index('uq_attendance_mark_current', ['booking_id'], unique=True, sqlite_where=sa.text('replaced_at IS NULL'), postgresql_where=sa.text('replaced_at IS NULL'))

    op.create_table('invitation',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('booking_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('answered', sa.Boolean(), nullable=False),
    sa.Column('draft', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['booking_id'], ['booking.id'], name=op.f('fk_invitation_booking_id')),
    sa.ForeignKeyConstraint(['round_id'], ['survey_round.id'], name=op.f('fk_invitation_round_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('round_id', 'booking_id', name=op.f('uq_invitation_round_id_booking_id')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_invitation_token_hash'))
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitation_booking_id'), ['booking_id'], unique=False)
    _append_only()


def downgrade() -> None:
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invitation_booking_id'))

    op.drop_table('invitation')
    with op.batch_alter_table('attendance_mark', schema=None) as batch_op:
        batch_op.drop_index('uq_attendance_mark_current', sqlite_where=sa.text('replaced_at IS NULL'), postgresql_where=sa.text('replaced_at IS NULL'))
        batch_op.drop_index('ix_attendance_mark_booking')

    op.drop_table('attendance_mark')
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.drop_index('ix_answer_question_key')

    op.drop_table('answer')
    with op.batch_alter_table('survey_round', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_survey_round_next_at'))
        batch_op.drop_index(batch_op.f('ix_survey_round_moves_on_at'))

    op.drop_table('survey_round')
    with op.batch_alter_table('session_trainer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_session_trainer_person_id'))

    op.drop_table('session_trainer')
    with op.batch_alter_table('server_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_server_session_person_id'))
        batch_op.drop_index(batch_op.f('ix_server_session_last_seen_at'))

    op.drop_table('server_session')
    with op.batch_alter_table('response', schema=None) as batch_op:
        batch_op.drop_index('ix_response_course_wave')

    op.drop_table('response')
    op.drop_table('person_role')
    op.drop_table('measure_figure')
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.drop_index('ix_letter_waiting', sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
        batch_op.drop_index(batch_op.f('ix_letter_person_id'))
        batch_op.drop_index(batch_op.f('ix_letter_key'))

    op.drop_table('letter')
    with op.batch_alter_table('held_answers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_held_answers_session_id'))

    op.drop_table('held_answers')
    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_enrolment_person_id'))
        batch_op.drop_index('ix_enrolment_course_booked')

    op.drop_table('enrolment')
    with op.batch_alter_table('booking', schema=None) as batch_op:
        batch_op.drop_index('uq_booking_live', sqlite_where=sa.text("status != 'cancelled'"), postgresql_where=sa.text("status != 'cancelled'"))
        batch_op.drop_index('ix_booking_session_status')
        batch_op.drop_index(batch_op.f('ix_booking_person_id'))

    op.drop_table('booking')
    with op.batch_alter_table('activity', schema=None) as batch_op:
        batch_op.drop_index('ix_activity_subject')
        batch_op.drop_index(batch_op.f('ix_activity_at'))
        batch_op.drop_index(batch_op.f('ix_activity_actor_id'))

    op.drop_table('activity')
    op.drop_table('workforce_count')
    with op.batch_alter_table('recommendation_step', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recommendation_step_recommendation_id'))

    op.drop_table('recommendation_step')
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_person_organisation_id'))

    op.drop_table('person')
    with op.batch_alter_table('measure', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_measure_action_id'))

    op.drop_table('measure')
    with op.batch_alter_table('learning_offer', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_learning_offer_resource_id'))
        batch_op.drop_index(batch_op.f('ix_learning_offer_course_id'))

    op.drop_table('learning_offer')
    with op.batch_alter_table('course_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_course_session_starts_at'))
        batch_op.drop_index(batch_op.f('ix_course_session_host_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_course_session_course_id'))

    op.drop_table('course_session')
    with op.batch_alter_table('action_update', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_action_update_action_id'))

    op.drop_table('action_update')
    op.drop_table('action_recommendation')
    with op.batch_alter_table('subscriber', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_subscriber_sector_id'))
        batch_op.drop_index(batch_op.f('ix_subscriber_email'))

    op.drop_table('subscriber')
    with op.batch_alter_table('recommendation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recommendation_source_id'))

    op.drop_table('recommendation')
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organisation_sector_id'))

    op.drop_table('organisation')
    op.drop_table('evaluation_plan')
    op.drop_table('course_priority')
    op.drop_table('action')
    op.drop_table('venue')
    op.drop_table('source')
    op.drop_table('sector')
    op.drop_table('resource')
    op.drop_table('question_set')
    with op.batch_alter_table('published_figure', schema=None) as batch_op:
        batch_op.drop_index('ix_published_figure_table')

    op.drop_table('published_figure')
    op.drop_table('priority')
    op.drop_table('partnership_group')
    op.drop_table('partnership')
    op.drop_table('failed_sign_in')
    with op.batch_alter_table('edition', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_edition_sent_on'))

    op.drop_table('edition')
    op.drop_table('course')
    with op.batch_alter_table('contradiction', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contradiction_table'))

    op.drop_table('contradiction')
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")


def _append_only() -> None:
    """The database itself refuses to change or delete what people did."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER activity_no_{change.lower()} BEFORE {change} ON activity "
                "BEGIN SELECT RAISE(ABORT, 'activity is append-only'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
        op.execute(
            "CREATE TRIGGER activity_append_only BEFORE UPDATE OR DELETE ON activity "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
