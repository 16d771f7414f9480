"""Rematching: packed answers, read in order, and invitations.

Leads that were stored before get no packed answers: nothing says what their questions meant when they were answered,
and an answer that may mean something else must not invite anybody. They stay as they are and are not matched.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002_rematching"
down_revision = "0001_first_tables"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "packed_answers",
        sa.Column("place", SEQUENCE, nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_packed_answers_lead_id")),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_packed_answers")),
        sa.UniqueConstraint("lead_id", name=op.f("uq_packed_answers_lead_id")),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("trial_id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("determination", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (accepted IS NULL)", name=op.f("ck_invitation_answered_at_some_time")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_invitation_lead_id")),
        sa.ForeignKeyConstraint(
            ["fingerprint"], ["criteria_evidence.fingerprint"], name=op.f("fk_invitation_fingerprint")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("lead_id", "trial_id", name=op.f("uq_invitation_lead_id_trial_id")),
    )
    op.create_index(op.f("ix_invitation_trial_id_id"), "invitation", ["trial_id", "id"])


def downgrade() -> None:
    op.drop_table("invitation")
    op.drop_table("packed_answers")
