"""Why a letter was not sent; failed letters can be retried, except what was taken back after they were written."""

import sqlalchemy as sa
from alembic import op

revision = "0009_letter_faults"
down_revision = "0008_mentions"
branch_labels = None
depends_on = None

# SQLite keeps an id as its 32 digits.
LEAD_OF_EVENT = {
    "sqlite": "replace(event.subject_id, '-', '') = outbox.lead_id",
    "postgresql": "event.subject_id = outbox.lead_id::text",
}
TAKEN_BACK = """
    UPDATE outbox SET state = 'cancelled', content = NULL WHERE state = 'failed' AND (
        EXISTS (SELECT 1 FROM consent WHERE consent.lead_id = outbox.lead_id
            AND consent.purpose = 'email' AND consent.withdrawn_at >= outbox.created_at)
        OR EXISTS (SELECT 1 FROM audit_event AS event WHERE event.subject_kind = 'lead' AND {lead_of_event}
            AND event.action = 'contact_changed' AND event.at >= outbox.created_at)
        OR EXISTS (SELECT 1 FROM referral_change AS change JOIN referral_change AS undone ON undone.undoes = change.id
            WHERE change.letter_id = outbox.id)
    )
"""


def upgrade() -> None:
    op.add_column("outbox", sa.Column("fault", sa.Text(), nullable=True))
    # Until now a failed letter was never sent, so that nothing needed to cancel it.
    op.execute(TAKEN_BACK.format(lead_of_event=LEAD_OF_EVENT[op.get_bind().dialect.name]))


def downgrade() -> None:
    op.drop_column("outbox", "fault")
