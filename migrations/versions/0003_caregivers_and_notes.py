"""Who gave a consent, and notes that something is wrong with a criterion. Consents of before were people's own."""

import sqlalchemy as sa
from alembic import op

revision = "0003_caregivers_and_notes"
down_revision = "0002_rematching"
branch_labels = None
depends_on = None

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("consent", sa.Column("given_by", sa.Text(), server_default="self", nullable=False))
    op.create_table(
        "criterion_note",
        sa.Column("id", SEQUENCE, nullable=False),
        sa.Column("trial_id", sa.Text(), nullable=False),
        sa.Column("criterion_id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion_note")),
    )
    op.create_index(op.f("ix_criterion_note_trial_id_id"), "criterion_note", ["trial_id", "id"])


def downgrade() -> None:
    op.drop_table("criterion_note")
    op.drop_column("consent", "given_by")
