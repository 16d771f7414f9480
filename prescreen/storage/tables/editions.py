"""The editions of the criteria.

A module of its own: it holds what authors published, and nothing about a person or the team.
"""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from prescreen.storage.tables.base import Base


class CriteriaEdition(Base):
    """One content of the criteria folder, as an archive, which all processes serve from a moment on."""

    __tablename__ = "criteria_edition"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    digest: Mapped[str]
    content: Mapped[bytes]
    published_at: Mapped[datetime]
    in_force_at: Mapped[datetime]
