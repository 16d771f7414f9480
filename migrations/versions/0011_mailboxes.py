"""Mailboxes by keyed hash: when each was asked whose it is, and whether it was disowned; links that people end.

Mailboxes that were asked before are not known by hash: each can be asked once more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011_mailboxes"
down_revision = "0010_key_check"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("lead", sa.Column("kept_session", sa.LargeBinary(), nullable=True))
    op.create_table(
        "mailbox",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=True),
        sa.Column("asked_again", sa.Boolean(), nullable=True),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("disowned_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_mailbox")),
    )


def downgrade() -> None:
    op.drop_table("mailbox")
    op.drop_column("lead", "kept_session")
