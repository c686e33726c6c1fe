"""Impact reports: drafts, what was edited, files, schedules."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

SCOPES = ("session", "course", "action", "recommendation", "priority", "period", "agency")


def enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "report_narrative",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope_kind", enum("scopekind", *SCOPES), nullable=False),
        sa.Column("scope_key", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", enum("narrativestate", "draft", "checked", "published", "withdrawn"), nullable=False),
        sa.Column("by_rule", sa.Boolean(), nullable=False),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_report_narrative_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_narrative")),
        sa.UniqueConstraint(
            "scope_kind", "scope_key", "number", name=op.f("uq_report_narrative_scope_kind_scope_key_number")
        ),
    )
    op.create_table(
        "report_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=24), nullable=False),
        sa.Column("scope_kind", enum("scopekind", *SCOPES), nullable=False),
        sa.Column("scope_key", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "stage", enum("stage", "waiting", "counting", "drawing", "keeping", "done", "failed"), nullable=False
        ),
        sa.Column("draw_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_token", sa.String(length=32), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=300), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(stage = 'done') = (file_id IS NOT NULL)", name=op.f("ck_report_file_done_with_file")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_report_file_asked_by_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_report_file_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_file")),
        sa.UniqueConstraint("reference", name=op.f("uq_report_file_reference")),
    )
    op.create_table(
        "report_schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope_kind", enum("scopekind", *SCOPES), nullable=False),
        sa.Column("scope_key", sa.String(length=60), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("every", enum("every", "month", "quarter", "half_year"), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["partnership_group.id"], name=op.f("fk_report_schedule_group_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_report_schedule_made_by_id")),
        sa.ForeignKeyConstraint(["stopped_by_id"], ["person.id"], name=op.f("fk_report_schedule_stopped_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_schedule")),
    )
    op.create_table(
        "report_sending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("schedule_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["schedule_id"], ["report_schedule.id"], name=op.f("fk_report_sending_schedule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_sending")),
        sa.UniqueConstraint("schedule_id", "due_on", name=op.f("uq_report_sending_schedule_id_due_on")),
    )
    for table, columns in INDEXES.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)
    with op.batch_alter_table("report_file", schema=None) as batch_op:
        batch_op.create_index("ix_report_file_scope", ["scope_kind", "scope_key"], unique=False)


INDEXES = {
    "report_narrative": ["by_id"],
    "report_file": ["asked_by_id", "stage"],
    "report_schedule": ["group_id", "made_by_id", "stopped_by_id"],
}


def downgrade() -> None:
    with op.batch_alter_table("report_file", schema=None) as batch_op:
        batch_op.drop_index("ix_report_file_scope")
    for table, columns in INDEXES.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.drop_index(batch_op.f(f"ix_{table}_{column}"))
    for table in ("report_sending", "report_schedule", "report_file", "report_narrative"):
        op.drop_table(table)
