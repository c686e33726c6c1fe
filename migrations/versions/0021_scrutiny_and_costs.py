"""Challenges of the scrutineer, costs and budgets."""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


STATES = ('raised', 'answered', 'satisfied', 'not_satisfied', 'reopened', 'closed')
TABLES = (
    'scrutiny_report_version',
    'scrutiny_report',
    'scrutiny_note',
    'challenge_step',
    'challenge',
    'budget_line',
    'cost_line_session',
    'cost_line',
)


def upgrade() -> None:
    """Eight new tables; nothing that is there changes."""
    op.create_table('cost_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('scope', enum('costscope', 'session', 'course', 'commission'), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=True),
    sa.Column('first', sa.Date(), nullable=True),
    sa.Column('last', sa.Date(), nullable=True),
    sa.Column('kind', enum('costkind', 'trainer', 'venue', 'commission', 'materials', 'other'), nullable=False),
    sa.Column('in_kind', sa.Boolean(), nullable=False),
    sa.Column('pence', sa.Integer(), nullable=False),
    sa.Column('dated', sa.Date(), nullable=False),
    sa.Column('note', sa.String(length=400), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('replaces_id', sa.Integer(), nullable=True),
    sa.Column('why', sa.String(length=400), nullable=False),
    sa.Column('trainer_id', sa.Integer(), nullable=True),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('pence >= 0', name=op.f('ck_cost_line_pence_not_negative')),
    sa.CheckConstraint("(course_id IS NULL) = (scope != 'course')", name=op.f('ck_cost_line_course_of_its_scope')),
    sa.CheckConstraint('(course_id IS NULL) = (first IS NULL)', name=op.f('ck_cost_line_course_has_first')),
    sa.CheckConstraint('(course_id IS NULL) = (last IS NULL)', name=op.f('ck_cost_line_course_has_last')),
    sa.CheckConstraint('last >= first', name=op.f('ck_cost_line_last_after_first')),
    sa.CheckConstraint("(replaces_id IS NULL) = (why = '')", name=op.f('ck_cost_line_replaced_with_reason')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_cost_line_course_id')),
    sa.ForeignKeyConstraint(['replaces_id'], ['cost_line.id'], name=op.f('fk_cost_line_replaces_id')),
    sa.ForeignKeyConstraint(['trainer_id'], ['person.id'], name=op.f('fk_cost_line_trainer_id')),
    sa.ForeignKeyConstraint(['written_by_id'], ['person.id'], name=op.f('fk_cost_line_written_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cost_line')),
    sa.UniqueConstraint('replaces_id', name=op.f('uq_cost_line_replaces_id'))
    )
    op.create_table('cost_line_session',
    sa.Column('cost_line_id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['cost_line_id'], ['cost_line.id'], name=op.f('fk_cost_line_session_cost_line_id')),
    sa.ForeignKeyConstraint(['session_id'], ['course_session.id'], name=op.f('fk_cost_line_session_session_id')),
    sa.PrimaryKeyConstraint('cost_line_id', 'session_id', name=op.f('pk_cost_line_session'))
    )
    op.create_table('budget_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('year', sa.String(length=7), nullable=False),
    sa.Column('side', enum('budgetside', 'income', 'expense'), nullable=False),
    sa.Column('column', enum('budgetcolumn', 'planned', 'actual'), nullable=False),
    sa.Column('heading', sa.String(length=120), nullable=False),
    sa.Column('pence', sa.Integer(), nullable=False),
    sa.Column('is_total', sa.Boolean(), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('replaces_id', sa.Integer(), nullable=True),
    sa.Column('why', sa.String(length=400), nullable=False),
    sa.Column('made_up', sa.Boolean(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('written_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('pence >= 0', name=op.f('ck_budget_line_pence_not_negative')),
    sa.CheckConstraint("(replaces_id IS NULL) = (why = '')", name=op.f('ck_budget_line_replaced_with_reason')),
    sa.ForeignKeyConstraint(['replaces_id'], ['budget_line.id'], name=op.f('fk_budget_line_replaces_id')),
    sa.ForeignKeyConstraint(['written_by_id'], ['person.id'], name=op.f('fk_budget_line_written_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_budget_line')),
    sa.UniqueConstraint('replaces_id', name=op.f('uq_budget_line_replaces_id'))
    )
    op.create_table('challenge',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=40), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('framework_step', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('raised_on', sa.Date(), nullable=False),
    sa.Column('wanted_by', sa.Date(), nullable=False),
    sa.Column('raised_by_id', sa.Integer(), nullable=True),
    sa.Column('made_up', sa.Boolean(), nullable=False),
    sa.CheckConstraint('wanted_by >= raised_on', name=op.f('ck_challenge_wanted_after_raised')),
    sa.CheckConstraint('framework_step BETWEEN 1 AND 6', name=op.f('ck_challenge_one_of_six')),
    sa.ForeignKeyConstraint(['source_id'], ['source.id'], name=op.f('fk_challenge_source_id')),
    sa.ForeignKeyConstraint(['group_id'], ['partnership_group.id'], name=op.f('fk_challenge_group_id')),
    sa.ForeignKeyConstraint(['raised_by_id'], ['person.id'], name=op.f('fk_challenge_raised_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_challenge')),
    sa.UniqueConstraint('reference', name=op.f('uq_challenge_reference')),
    sa.UniqueConstraint('source_id', name=op.f('uq_challenge_source_id'))
    )
    op.create_table('challenge_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('challenge_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('after', enum('challengestate', *STATES), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('dated', sa.Date(), nullable=False),
    sa.Column('minute', sa.String(length=60), nullable=False),
    sa.Column('wanted_by', sa.Date(), nullable=True),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['challenge_id'], ['challenge.id'], name=op.f('fk_challenge_step_challenge_id')),
    sa.ForeignKeyConstraint(['actor_id'], ['person.id'], name=op.f('fk_challenge_step_actor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_challenge_step'))
    )
    op.create_table('scrutiny_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('framework_step', sa.Integer(), nullable=False),
    sa.Column('quarter', sa.Date(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('framework_step BETWEEN 1 AND 6', name=op.f('ck_scrutiny_note_one_of_six')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_scrutiny_note_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scrutiny_note'))
    )
    op.create_table('scrutiny_report',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('quarter', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scrutiny_report')),
    sa.UniqueConstraint('quarter', name=op.f('uq_scrutiny_report_quarter'))
    )
    op.create_table('scrutiny_report_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column(
        'step', enum('versionstep', 'drafted', 'drafted_again', 'edited', 'signed', 'reopened'), nullable=False
    ),
    sa.Column('drafted', sa.JSON(), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('why', sa.String(length=400), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['report_id'], ['scrutiny_report.id'], name=op.f('fk_scrutiny_report_version_report_id')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_scrutiny_report_version_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scrutiny_report_version')),
    sa.UniqueConstraint('report_id', 'number', name=op.f('uq_scrutiny_report_version_report_id_number'))
    )
    for table, column in (
        ('cost_line', 'course_id'),
        ('cost_line_session', 'session_id'),
        ('budget_line', 'year'),
        ('challenge_step', 'challenge_id'),
        ('scrutiny_note', 'quarter'),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f'ix_{table}_{column}'), [column], unique=False)


def downgrade() -> None:
    """Back to the release before: costs, budgets and what the scrutineer wrote are gone. A challenge stays as its source."""
    for table in TABLES:
        op.drop_table(table)
