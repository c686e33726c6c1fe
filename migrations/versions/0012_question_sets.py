"""Question sets in the making, and what each published version changed."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables of their own; the versions that are there stay as they are."""
    op.create_table('question_set_draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('based_on_id', sa.Integer(), nullable=True),
    sa.Column('document', sa.JSON(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=True),
    sa.Column('step', sa.String(length=300), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('changed_by_id', sa.Integer(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['based_on_id'], ['question_set.id'], name=op.f('fk_question_set_draft_based_on_id')),
    sa.ForeignKeyConstraint(['changed_by_id'], ['person.id'], name=op.f('fk_question_set_draft_changed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_set_draft')),
    sa.UniqueConstraint('key', name=op.f('uq_question_set_draft_key'))
    )
    op.create_table('question_set_published',
    sa.Column('question_set_id', sa.Integer(), nullable=False),
    sa.Column('changed', sa.String(length=300), nullable=False),
    sa.Column('published_by_id', sa.Integer(), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['published_by_id'], ['person.id'], name=op.f('fk_question_set_published_published_by_id')),
    sa.ForeignKeyConstraint(['question_set_id'], ['question_set.id'], name=op.f('fk_question_set_published_question_set_id')),
    sa.PrimaryKeyConstraint('question_set_id', name=op.f('pk_question_set_published'))
    )


def downgrade() -> None:
    """Back to the release before: drafts are lost, published versions stay."""
    op.drop_table('question_set_published')
    op.drop_table('question_set_draft')
