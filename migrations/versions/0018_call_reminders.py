"""A person may be reminded by e-mail of the next call that a logged one asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0018_call_reminders"
down_revision = "0017_morning_reminders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call_reminder",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("call_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_call_reminder_referral_id")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_call_reminder")),
    )
    op.create_index(op.f("ix_call_reminder_referral_id"), "call_reminder", ["referral_id"])
    op.create_index(op.f("ix_call_reminder_call_at"), "call_reminder", ["call_at"])


def downgrade() -> None:
    # The version before cannot read letters of a kind that it does not know.
    op.execute("DELETE FROM outbox WHERE kind = 'call_reminder'")
    op.drop_table("call_reminder")
