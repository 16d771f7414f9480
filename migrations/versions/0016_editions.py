"""Editions of the criteria, and posts of visitors counted for all processes."""

import sqlalchemy as sa
from alembic import op

from prescreen.storage.tables.base import Moments

revision = "0016_editions"
down_revision = "0015_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "criteria_edition",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_criteria_edition")),
    )
    op.create_table(
        "visitor_posts",
        sa.Column("network_key", sa.LargeBinary(), nullable=False),
        sa.Column("moments", Moments, nullable=False),
        sa.PrimaryKeyConstraint("network_key", name=op.f("pk_visitor_posts")),
        # What was counted in a minute need not outlive a crash, nor wait for the disk.
        prefixes=["UNLOGGED"] if op.get_context().dialect.name == "postgresql" else [],
    )


def downgrade() -> None:
    op.drop_table("visitor_posts")
    op.drop_table("criteria_edition")
