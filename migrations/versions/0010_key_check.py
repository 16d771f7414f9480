"""Check values of the keys that the database is written with, and the browsers in which accounts were entered.

The keys are checked and recorded when the service starts with them, not here: a migration may run without any.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010_key_check"
down_revision = "0009_letter_faults"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "key_check",
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("check_value", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("purpose", "key_id", name=op.f("pk_key_check")),
    )
    op.create_table(
        "known_browser",
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("recruiter_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["recruiter_id"], ["recruiter.id"], name=op.f("fk_known_browser_recruiter_id")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_known_browser")),
    )
    op.create_index(op.f("ix_known_browser_recruiter_id"), "known_browser", ["recruiter_id"])
    op.create_index(op.f("ix_known_browser_at"), "known_browser", ["at"])


def downgrade() -> None:
    op.drop_table("known_browser")
    op.drop_table("key_check")
