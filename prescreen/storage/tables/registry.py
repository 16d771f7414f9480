"""What the registry said last of each trial.

A module of its own: it holds facts of a public registry, and nothing about a person or the team.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from prescreen.storage.tables.base import Base, Document


class RegistryRecord(Base):
    """The last record of a trial that could be believed, and what became of the attempts since.

    `due_at`: before then no process asks for it. `fetched_at`: when the registry last said that the record stands.
    `base` is the text of the criteria from which the file of version `base_for` was made, as far as it was seen.
    """

    __tablename__ = "registry_record"

    trial_id: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    version: Mapped[str | None]
    status: Mapped[str | None]
    criteria_digest: Mapped[str | None]
    record: Mapped[Any | None] = mapped_column(Document)
    base_for: Mapped[str | None]
    base: Mapped[str | None]
    closed_on: Mapped[date | None]
    closed_sites: Mapped[Any | None] = mapped_column(Document)
    stale_for: Mapped[str | None]
    failed_since: Mapped[datetime | None]
    last_failure: Mapped[str | None]
