"""Which events name which referrals, from which network addresses accounts were entered, and the workers' heartbeat.

Of what is on record, a person's page then reads the lists that showed the person, not every list that was shown.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008_mentions"
down_revision = "0007_work_list"
branch_labels = None
depends_on = None

SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# SQLite keeps an id as its 32 digits.
NAMED_BEFORE = {
    "sqlite": (
        "INSERT INTO audit_mention (referral_id, sequence) "
        "SELECT DISTINCT replace(named.value, '-', ''), event.sequence "
        "FROM audit_event AS event, json_each(event.details, '$.referrals') AS named "
        "WHERE json_type(event.details, '$.referrals') = 'array' ORDER BY 1, 2"
    ),
    "postgresql": (
        "INSERT INTO audit_mention (referral_id, sequence) "
        "SELECT DISTINCT named.value::uuid, event.sequence FROM audit_event AS event, jsonb_array_elements_text("
        "CASE jsonb_typeof(event.details -> 'referrals') WHEN 'array' THEN event.details -> 'referrals' ELSE '[]' END"
        ") AS named ORDER BY 1, 2"
    ),
}


def upgrade() -> None:
    _mentions()
    op.create_table(
        "known_address",
        sa.Column("account_key", sa.LargeBinary(), nullable=False),
        sa.Column("address_key", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_key", "address_key", name=op.f("pk_known_address")),
    )
    op.create_index(op.f("ix_known_address_at"), "known_address", ["at"])
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )


def _mentions() -> None:
    op.create_table(
        "audit_mention",
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", SEQUENCE, nullable=False),
        sa.ForeignKeyConstraint(["sequence"], ["audit_event.sequence"], name=op.f("fk_audit_mention_sequence")),
        sa.PrimaryKeyConstraint("referral_id", "sequence", name=op.f("pk_audit_mention")),
        sqlite_with_rowid=False,
    )
    dialect = op.get_bind().dialect.name
    op.execute(NAMED_BEFORE[dialect])
    if dialect == "postgresql":
        when = "UPDATE OR DELETE OR TRUNCATE ON audit_mention FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        op.execute(f"CREATE TRIGGER audit_mention_append_only BEFORE {when}")
        return
    refuse = "ON audit_mention BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
    for change in ("update", "delete"):
        op.execute(f"CREATE TRIGGER audit_mention_refuses_{change} BEFORE {change} {refuse}")


def downgrade() -> None:
    op.drop_table("heartbeat")
    op.drop_table("known_address")
    op.drop_table("audit_mention")
