"""The only place that knows tables and SQL: one module of queries per subject.

Functions take the session first and never commit: the transaction belongs to the workflow's caller.
"""

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy.orm import Session


class Transactions(Protocol):
    """Opens transactions. Leaving the `with` block commits; an exception rolls back."""

    def reading(self) -> AbstractContextManager[Session]:
        """Open a transaction that cannot write."""

    def writing(self) -> AbstractContextManager[Session]:
        """Open a transaction that can write."""


__all__ = ["Session", "Transactions"]
