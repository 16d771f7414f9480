"""Tables and SQL, known to no other package but `database`: one module of queries per subject.

Functions take the session first and never commit: the workflow's caller owns the transaction.
"""

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy.orm import Session

from prescreen.storage.base.deletion_list import DeletionList


class Transactions(Protocol):
    """Opens transactions. Leaving the `with` block commits; an exception rolls back."""

    def reading(self) -> AbstractContextManager[Session]:
        """Open a read-only transaction."""

    def reading_apart(self) -> AbstractContextManager[Session]:
        """Open a read-only transaction for long readings, on another server where there is one for them."""

    def writing(self) -> AbstractContextManager[Session]:
        """Open a read-write transaction."""

    def writing_if_free(self) -> AbstractContextManager[Session | None]:
        """Open a read-write transaction; yield None where that would have to wait for another writer."""

    def list_deletions(self, deletions: DeletionList) -> None:
        """Write who is deleted, from now on, to this list too."""


__all__ = ["Session", "Transactions"]
