"""The work list in the order of urgency: when to call back stands in the referral; filters are kept under a name."""

import sqlalchemy as sa
from alembic import op

from prescreen.storage.tables.base import Instant

revision = "0013_saved_views"
down_revision = "0012_applicable_answers"
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
BEFORE = ("site_id", "state", "determination", "miles", "due_at", "assigned_to")
NOW = ("site_id", "state", "determination", "miles", "due_at", "call_back_at", "assigned_to")
CALL = ("state", "call_back_at")

REFERRAL = sa.table("referral", sa.column("id", sa.Uuid()), sa.column("call_back_at", Instant()))
ENTRY = sa.table(
    "log_entry",
    sa.column("id", sa.Uuid()),
    sa.column("referral_id", sa.Uuid()),
    sa.column("kind", sa.Text()),
    sa.column("at", Instant()),
    sa.column("call_back_at", Instant()),
)


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recruiter_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["recruiter_id"], ["recruiter.id"], name=op.f("fk_saved_view_recruiter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("recruiter_id", "name", name=op.f("uq_saved_view_recruiter_id_name")),
    )
    op.add_column("referral", sa.Column("call_back_at", sa.DateTime(timezone=True), nullable=True))
    _copy_the_last_calls()
    _index_anew(NOW)
    op.create_index(op.f("ix_referral_call"), "referral", _indexed(CALL, NOW))


def _copy_the_last_calls() -> None:
    """Write into each referral what its last call asked for."""
    of_it = (ENTRY.c.referral_id == REFERRAL.c.id, ENTRY.c.kind == "call")
    last = sa.select(ENTRY.c.call_back_at).where(*of_it).order_by(ENTRY.c.at.desc(), ENTRY.c.id.desc()).limit(1)
    called = sa.select(ENTRY.c.referral_id).where(ENTRY.c.call_back_at.is_not(None))
    op.execute(
        sa.update(REFERRAL)
        .where(REFERRAL.c.id.in_(called))
        .values(call_back_at=last.correlate(REFERRAL).scalar_subquery())
    )


def _index_anew(filtered: tuple[str, ...]) -> None:
    for name, columns in WORK_LIST.items():
        op.drop_index(op.f(f"ix_referral_{name}"), "referral")
        op.create_index(op.f(f"ix_referral_{name}"), "referral", _indexed(columns, filtered))


def _indexed(columns: tuple[str, ...], filtered: tuple[str, ...]) -> list[str]:
    return ["trial_id", *columns, "id", *(column for column in filtered if column not in columns)]


def downgrade() -> None:
    op.drop_index(op.f("ix_referral_call"), "referral")
    _index_anew(BEFORE)
    with op.batch_alter_table("referral") as batch:
        batch.drop_column("call_back_at")
    op.drop_table("saved_view")
