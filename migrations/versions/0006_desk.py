"""The recruiter's desk: accounts with roles, what teams do with referrals, exports, and the chain over the trail.

Who is signed in signs in again: a session has an id now, and says whether its second factor was given.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006_desk"
down_revision = "0005_outbox"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    _accounts()
    _referrals()
    _what_teams_do()
    _exports()
    _chain()


def _id(name: str = "id", *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, INSTANT, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _accounts() -> None:
    op.add_column("recruiter", sa.Column("role", sa.Text(), server_default="recruiter", nullable=False))
    op.add_column("recruiter", sa.Column("totp_secret", sa.LargeBinary(), nullable=True))
    op.add_column("recruiter", _at("totp_since", nullable=True))
    op.add_column("recruiter", sa.Column("totp_step", sa.BigInteger(), nullable=True))
    op.add_column("recruiter", sa.Column("news", sa.Text(), server_default="at_once", nullable=False))
    op.add_column("recruiter", _at("news_told_at", nullable=True))
    op.execute("DELETE FROM recruiter_session")
    with op.batch_alter_table("recruiter_session") as table:
        table.add_column(_id())
        table.add_column(_text("device"))
        table.add_column(sa.Column("is_complete", sa.Boolean(), nullable=False))
        table.create_unique_constraint(op.f("uq_recruiter_session_id"), ["id"])
    op.create_table(
        "recruiter_right",
        _id("recruiter_id"),
        _text("right"),
        _refers("recruiter_right", "recruiter_id", "recruiter"),
        _key("recruiter_right", "recruiter_id", "right"),
    )
    # Whoever worked here before could export everything.
    for right in ("export_csv", "export_xlsx", "export_ndjson", "export_redcap", "export_identity"):
        op.execute(f"INSERT INTO recruiter_right SELECT id, '{right}' FROM recruiter")  # noqa: S608 - no input
    op.create_table(
        "recovery_code",
        _id("recruiter_id"),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        _at("used_at", nullable=True),
        _refers("recovery_code", "recruiter_id", "recruiter"),
        _key("recovery_code", "recruiter_id", "code_hash"),
    )
    op.create_table(
        "account_invitation",
        _id(),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        _text("email", nullable=True),
        _text("name", nullable=True),
        _text("role"),
        sa.Column("trials", DOCUMENT, nullable=False),
        sa.Column("rights", DOCUMENT, nullable=False),
        sa.Column("is_first", sa.Boolean(), nullable=False),
        _id("invited_by", nullable=True),
        _at("created_at"),
        _at("expires_at"),
        _at("used_at", nullable=True),
        _at("cancelled_at", nullable=True),
        _key("account_invitation", "id"),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_account_invitation_token_sha256")),
    )


def _referrals() -> None:
    op.add_column("lead", _id("entered_by", nullable=True))
    with op.batch_alter_table("referral") as table:
        for name in ("state_changed_at", "contacted_at", "due_at", "offered_from"):
            table.add_column(_at(name, nullable=True))
        table.add_column(_text("reason", nullable=True))
        table.add_column(_id("taken_over_by", nullable=True))
        table.add_column(_id("assigned_to", nullable=True))
        table.add_column(sa.Column("interpreter", sa.Boolean(), nullable=True))
        table.add_column(sa.Column("miles", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_referral_assigned_to"), "recruiter", ["assigned_to"], ["id"])
    _index("referral", "trial_id", "state", "offered_from")


def _what_teams_do() -> None:
    op.create_table(
        "referral_change",
        _id(),
        _id("referral_id"),
        _at("at"),
        _id("recruiter_id", nullable=True),
        _text("from_state"),
        _text("to_state"),
        _text("reason", nullable=True),
        _id("undoes", nullable=True),
        _id("letter_id", nullable=True),
        _refers("referral_change", "referral_id", "referral"),
        _key("referral_change", "id"),
    )
    op.create_table(
        "referral_tick",
        _id(),
        _id("referral_id"),
        _text("item"),
        sa.Column("ticked", sa.Boolean(), nullable=False),
        _at("at"),
        _id("recruiter_id"),
        _refers("referral_tick", "referral_id", "referral"),
        _key("referral_tick", "id"),
    )
    op.create_table(
        "log_entry",
        _id(),
        _id("referral_id"),
        _text("kind"),
        _at("at"),
        _id("recruiter_id"),
        _text("outcome", nullable=True),
        _at("call_back_at", nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        _id("replaces", nullable=True),
        sa.UniqueConstraint("replaces", name=op.f("uq_log_entry_replaces")),
        sa.CheckConstraint("kind IN ('note', 'call')", name=op.f("ck_log_entry_known_kind")),
        _refers("log_entry", "referral_id", "referral"),
        _key("log_entry", "id"),
    )
    op.create_table(
        "referral_tag",
        _id("referral_id"),
        _text("tag"),
        _refers("referral_tag", "referral_id", "referral"),
        _key("referral_tag", "referral_id", "tag"),
    )
    op.create_table(
        "reminder",
        _id(),
        _id("referral_id"),
        _id("recruiter_id"),
        _at("due_at"),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        _at("created_at"),
        _at("done_at", nullable=True),
        _refers("reminder", "referral_id", "referral"),
        _refers("reminder", "recruiter_id", "recruiter"),
        _key("reminder", "id"),
    )
    for table in ("referral_change", "referral_tick", "log_entry", "reminder"):
        _index(table, "referral_id")
    _index("referral_tag", "tag", "referral_id")
    _index("reminder", "recruiter_id", "due_at")


def _exports() -> None:
    op.create_table(
        "export_run",
        _id(),
        _id("recruiter_id", nullable=True),
        _text("trial_id"),
        _text("format"),
        sa.Column("columns", DOCUMENT, nullable=False),
        sa.Column("filter", DOCUMENT, nullable=False),
        sa.Column("with_identity", sa.Boolean(), nullable=False),
        _text("reason"),
        _text("state"),
        _at("started_at"),
        _at("noted_at"),
        _at("ended_at", nullable=True),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        _id("cursor", nullable=True),
        _text("digest", nullable=True),
        _key("export_run", "id"),
    )
    _index("export_run", "recruiter_id")


def _chain() -> None:
    op.create_table(
        "audit_link",
        sa.Column("place", SEQUENCE, nullable=False),
        sa.Column("sequence", SEQUENCE, nullable=False),
        _at("sealed_at"),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["sequence"], ["audit_event.sequence"], name=op.f("fk_audit_link_sequence")),
        _key("audit_link", "place"),
        sa.UniqueConstraint("sequence", name=op.f("uq_audit_link_sequence")),
    )
    if op.get_bind().dialect.name == "postgresql":
        # The function stands there since the first migration.
        when = "UPDATE OR DELETE OR TRUNCATE ON audit_link FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        op.execute(f"CREATE TRIGGER audit_link_append_only BEFORE {when}")
    else:
        refuse = "ON audit_link BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        for change in ("update", "delete"):
            op.execute(f"CREATE TRIGGER audit_link_refuses_{change} BEFORE {change} {refuse}")
    for columns in _TRAIL_INDEXES:
        _index("audit_event", *columns)


_TRAIL_INDEXES = (("actor_id", "sequence"), ("action", "sequence"), ("at",))

# A table before those that it refers to.
TABLES = (
    "audit_link",
    "export_run",
    "reminder",
    "referral_tag",
    "log_entry",
    "referral_tick",
    "referral_change",
    "account_invitation",
    "recovery_code",
    "recruiter_right",
)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.drop_index(op.f("ix_referral_trial_id_state_offered_from"), "referral")
    for columns in _TRAIL_INDEXES:
        op.drop_index(op.f(f"ix_audit_event_{'_'.join(columns)}"), "audit_event")
    with op.batch_alter_table("referral") as referral:
        referral.drop_constraint(op.f("fk_referral_assigned_to"), type_="foreignkey")
        for name in _OF_REFERRALS:
            referral.drop_column(name)
    op.drop_column("lead", "entered_by")
    with op.batch_alter_table("recruiter_session") as session:
        session.drop_constraint(op.f("uq_recruiter_session_id"), type_="unique")
        for name in ("id", "device", "is_complete"):
            session.drop_column(name)
    for name in ("role", "totp_secret", "totp_since", "totp_step", "news", "news_told_at"):
        op.drop_column("recruiter", name)


_OF_REFERRALS = (
    "state_changed_at",
    "contacted_at",
    "due_at",
    "offered_from",
    "reason",
    "taken_over_by",
    "assigned_to",
    "interpreter",
    "miles",
)
