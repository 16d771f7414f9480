"""The work list: what it is ordered and narrowed by, and the hashed words by which people are searched."""

import sqlalchemy as sa
from alembic import op

revision = "0007_work_list"
down_revision = "0006_desk"
branch_labels = None
depends_on = None

# Behind the id stands what else the list filters by.
WORK_LIST = {
    "trial": (),
    "site": ("site_id",),
    "state": ("state",),
    "due": ("state", "due_at"),
    "near": ("miles",),
    "keeper": ("assigned_to",),
}
FILTERED = ("site_id", "state", "determination", "miles", "due_at", "assigned_to")
REPLACED = {"trial_id_id": ["trial_id", "id"], "trial_id_site_id_id": ["trial_id", "site_id", "id"]}


def upgrade() -> None:
    for name in REPLACED:
        op.drop_index(op.f(f"ix_referral_{name}"), "referral")
    for name, columns in WORK_LIST.items():
        op.create_index(op.f(f"ix_referral_{name}"), "referral", _indexed(*columns))
    op.create_table(
        "search_token",
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_search_token_lead_id")),
        sa.PrimaryKeyConstraint("token", "lead_id", name=op.f("pk_search_token")),
    )
    op.create_index(op.f("ix_search_token_lead_id"), "search_token", ["lead_id"])


def _indexed(*columns: str) -> list[str]:
    return ["trial_id", *columns, "id", *(column for column in FILTERED if column not in columns)]


def downgrade() -> None:
    op.drop_table("search_token")
    for name in WORK_LIST:
        op.drop_index(op.f(f"ix_referral_{name}"), "referral")
    for name, columns in REPLACED.items():
        op.create_index(op.f(f"ix_referral_{name}"), "referral", columns)
