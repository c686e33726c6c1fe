"""Words looked at, code books and coding.

Waves that are over have not been looked through yet: the job does it the next time it runs.
"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('comments_looked',
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['survey_round.id'], name=op.f('fk_comments_looked_round_id')),
    sa.PrimaryKeyConstraint('round_id', name=op.f('pk_comments_looked'))
    )
    op.create_table('comment',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('response_id', sa.String(length=32), nullable=False),
    sa.Column('question_key', sa.String(length=60), nullable=False),
    sa.Column('outcome', sa.Enum('clear', 'waiting', 'kept', 'cut', 'out', name='outcome', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('found', sa.JSON(), nullable=False),
    sa.Column('instead', sa.Text(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('final_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_comment_decided_by_id')),
    sa.ForeignKeyConstraint(['response_id', 'question_key'], ['answer.response_id', 'answer.question_key'], name=op.f('fk_comment_response_id_question_key'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['round_id'], ['survey_round.id'], name=op.f('fk_comment_round_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comment')),
    sa.UniqueConstraint('response_id', 'question_key', name=op.f('uq_comment_response_id_question_key'))
    )
    with op.batch_alter_table('comment', schema=None) as batch_op:
        batch_op.create_index('ix_comment_round_question', ['round_id', 'question_key'], unique=False)
        for column in ('decided_by_id', 'final_on', 'outcome'):
            batch_op.create_index(batch_op.f(f'ix_comment_{column}'), [column], unique=False)

    op.create_table('code_book',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('set_key', sa.String(length=60), nullable=False),
    sa.Column('question_key', sa.String(length=60), nullable=False),
    sa.Column('about', sa.String(length=60), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('themes', sa.JSON(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('made_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_code_book_made_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_code_book')),
    sa.UniqueConstraint('set_key', 'question_key', 'about', 'version', name=op.f('uq_code_book_set_key_question_key_about_version'))
    )
    op.create_table('coding',
    sa.Column('comment_id', sa.String(length=32), nullable=False),
    sa.Column('part', sa.Enum('first', 'second', 'settled', name='part', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('book_id', sa.Integer(), nullable=False),
    sa.Column('coder_id', sa.Integer(), nullable=False),
    sa.Column('themes', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['book_id'], ['code_book.id'], name=op.f('fk_coding_book_id')),
    sa.ForeignKeyConstraint(['coder_id'], ['person.id'], name=op.f('fk_coding_coder_id')),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_coding_comment_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('comment_id', 'part', name=op.f('pk_coding'))
    )
    op.create_table('published_quote',
    sa.Column('comment_id', sa.String(length=32), nullable=False),
    sa.Column('published_by_id', sa.Integer(), nullable=True),
    sa.Column('published_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_published_quote_comment_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['published_by_id'], ['person.id'], name=op.f('fk_published_quote_published_by_id')),
    sa.PrimaryKeyConstraint('comment_id', name=op.f('pk_published_quote'))
    )
    for table, columns in {'code_book': ['made_by_id'], 'coding': ['book_id', 'coder_id'], 'published_quote': ['published_by_id']}.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.create_index(batch_op.f(f'ix_{table}_{column}'), [column], unique=False)


def downgrade() -> None:
    for table in ('published_quote', 'coding', 'code_book', 'comment', 'comments_looked'):
        op.drop_table(table)
