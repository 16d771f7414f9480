"""What the registry said last of each trial."""

import sqlalchemy as sa
from alembic import op

from prescreen.storage.tables.base import Document

revision = "0014_registry"
down_revision = "0013_saved_views"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "registry_record",
        sa.Column("trial_id", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("criteria_digest", sa.Text(), nullable=True),
        sa.Column("record", Document, nullable=True),
        sa.Column("base_for", sa.Text(), nullable=True),
        sa.Column("base", sa.Text(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_sites", Document, nullable=True),
        sa.Column("stale_for", sa.Text(), nullable=True),
        sa.Column("failed_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_failure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("trial_id", name=op.f("pk_registry_record")),
    )


def downgrade() -> None:
    op.drop_table("registry_record")
