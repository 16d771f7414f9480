"""First tables: leads, consents, answers, referrals, recruiters, audit trail."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001_first_tables"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _participants()
    _referrals()
    _recruiters()
    _audit_trail()


def _participants() -> None:
    op.create_table(
        "lead",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("email_index", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("link_generation", sa.Integer(), nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.CheckConstraint("deleted_at IS NULL OR contact IS NULL", name=op.f("ck_lead_deleted_is_erased")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
        sa.UniqueConstraint("reference", name=op.f("uq_lead_reference")),
    )
    op.create_index(op.f("ix_lead_email_index"), "lead", ["email_index"])
    op.create_table(
        "submission",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("content_digest", sa.Text(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
    )
    op.create_table(
        "consent_wording",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_consent_wording")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("trial_id", sa.Text(), nullable=True),
        sa.Column("site_id", sa.Text(), nullable=True),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("wording_sha256", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_consent_lead_id")),
        sa.ForeignKeyConstraint(["wording_sha256"], ["consent_wording.sha256"], name=op.f("fk_consent_wording_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_lead_id"), "consent", ["lead_id"])
    op.create_table(
        "answer",
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_answer_lead_id")),
        sa.PrimaryKeyConstraint("lead_id", "question_id", name=op.f("pk_answer")),
    )


def _referrals() -> None:
    op.create_table(
        "criteria_evidence",
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_criteria_evidence")),
    )
    op.create_table(
        "referral",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("trial_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("site_name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("determination", sa.Text(), nullable=True),
        sa.Column("findings", DOCUMENT, nullable=True),
        sa.Column("still_to_check", DOCUMENT, nullable=True),
        sa.Column("question_ids", DOCUMENT, nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_referral_lead_id")),
        sa.ForeignKeyConstraint(
            ["fingerprint"], ["criteria_evidence.fingerprint"], name=op.f("fk_referral_fingerprint")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("lead_id", "trial_id", "site_id", name=op.f("uq_referral_lead_id_trial_id_site_id")),
    )
    op.create_index(op.f("ix_referral_trial_id_id"), "referral", ["trial_id", "id"])
    op.create_index(op.f("ix_referral_trial_id_site_id_id"), "referral", ["trial_id", "site_id", "id"])


def _recruiters() -> None:
    op.create_table(
        "recruiter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("disabled_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recruiter")),
        sa.UniqueConstraint("email", name=op.f("uq_recruiter_email")),
    )
    op.create_table(
        "recruiter_trial",
        sa.Column("recruiter_id", sa.Uuid(), nullable=False),
        sa.Column("trial_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["recruiter_id"], ["recruiter.id"], name=op.f("fk_recruiter_trial_recruiter_id")),
        sa.PrimaryKeyConstraint("recruiter_id", "trial_id", "site_id", name=op.f("pk_recruiter_trial")),
    )
    op.create_table(
        "recruiter_session",
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("recruiter_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_seen_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["recruiter_id"], ["recruiter.id"], name=op.f("fk_recruiter_session_recruiter_id")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_recruiter_session")),
    )
    op.create_index(op.f("ix_recruiter_session_recruiter_id"), "recruiter_session", ["recruiter_id"])
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_key", sa.LargeBinary(), nullable=False),
        sa.Column("address_key", sa.LargeBinary(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(op.f("ix_sign_in_attempt_account_key_at"), "sign_in_attempt", ["account_key", "at"])
    op.create_index(op.f("ix_sign_in_attempt_address_key_at"), "sign_in_attempt", ["address_key", "at"])
    op.create_index(op.f("ix_sign_in_attempt_at"), "sign_in_attempt", ["at"])


def _audit_trail() -> None:
    op.create_table(
        "audit_event",
        sa.Column("sequence", SEQUENCE, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("details", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_event")),
    )
    op.create_index(op.f("ix_audit_event_subject_kind_subject_id"), "audit_event", ["subject_kind", "subject_id"])
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


APPEND_ONLY = {
    "sqlite": [
        f"CREATE TRIGGER audit_event_refuses_{change} BEFORE {change} ON audit_event "
        "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        for change in ("update", "delete")
    ],
    "postgresql": [
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$",
        "CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ],
}

# A table before those that it refers to.
TABLES = (
    "audit_event",
    "sign_in_attempt",
    "recruiter_session",
    "recruiter_trial",
    "recruiter",
    "referral",
    "criteria_evidence",
    "answer",
    "consent",
    "consent_wording",
    "submission",
    "lead",
)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
