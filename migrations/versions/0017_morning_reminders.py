"""A recruiter may ask to be told each morning what is late or due."""

import sqlalchemy as sa
from alembic import op

revision = "0017_morning_reminders"
down_revision = "0016_editions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recruiter", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("recruiter") as batch:
        batch.drop_column("reminded_at")
