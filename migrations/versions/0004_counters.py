"""Counters: how often something happened, never to whom."""

import sqlalchemy as sa
from alembic import op

revision = "0004_counters"
down_revision = "0003_caregivers_and_notes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counter",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "kind", "name", "part", name=op.f("pk_counter")),
    )


def downgrade() -> None:
    op.drop_table("counter")
