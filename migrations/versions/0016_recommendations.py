"""Sources and recommendations: revisions, what each step left behind and changed, and which step takes back which."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def state() -> sa.Enum:
    return sa.Enum(
        "offered",
        "accepted",
        "declined",
        "closed",
        name="recommendationstate",
        native_enum=False,
        create_constraint=True,
        length=40,
    )


def upgrade() -> None:
    """Add columns; what was loaded before has none of what a typed step has."""
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.add_column(sa.Column("finding", sa.String(length=160), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("recommendation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("recommendation_step", schema=None) as batch_op:
        batch_op.add_column(sa.Column("at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("state", state(), nullable=True))
        batch_op.add_column(sa.Column("group_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("before", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("undoes_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_recommendation_step_group_id"), "partnership_group", ["group_id"], ["id"])
        batch_op.create_foreign_key(
            op.f("fk_recommendation_step_undoes_id"), "recommendation_step", ["undoes_id"], ["id"]
        )
        batch_op.create_unique_constraint(op.f("uq_recommendation_step_undoes_id"), ["undoes_id"])


def downgrade() -> None:
    """What only this release knows is gone; the steps stay."""
    with op.batch_alter_table("recommendation_step", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_recommendation_step_undoes_id"), type_="unique")
        batch_op.drop_constraint(op.f("fk_recommendation_step_undoes_id"), type_="foreignkey")
        batch_op.drop_constraint(op.f("fk_recommendation_step_group_id"), type_="foreignkey")
        batch_op.drop_constraint(op.f("ck_recommendation_step_recommendationstate"), type_="check")
        for name in ("undoes_id", "before", "group_id", "state", "at"):
            batch_op.drop_column(name)
    with op.batch_alter_table("recommendation", schema=None) as batch_op:
        batch_op.drop_column("revision")
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.drop_column("revision")
        batch_op.drop_column("finding")
