"""A consent names the privacy notice that was shown beside it; its text is kept as wordings are."""

import sqlalchemy as sa
from alembic import op

revision = "0015_notices"
down_revision = "0014_registry"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("consent", sa.Column("notice_sha256", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("consent") as batch:
        batch.drop_column("notice_sha256")
