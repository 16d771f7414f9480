"""What is known of the keys that the database was written with."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from prescreen.storage.tables.base import Base


class KeyCheck(Base):
    """The check value of a key: it tells that key from any other, and reveals nothing of it.

    `key_id` is empty for the secret key, of which there is only one.
    """

    __tablename__ = "key_check"

    purpose: Mapped[str] = mapped_column(primary_key=True)
    key_id: Mapped[str] = mapped_column(primary_key=True)
    check_value: Mapped[bytes]
    recorded_at: Mapped[datetime]
