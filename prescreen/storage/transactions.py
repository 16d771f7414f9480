"""What workflow needs of a database: transactions. `prescreen.database.Database` gives them."""

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy.orm import Session


class Transactions(Protocol):
    """Opens transactions. Leaving the `with` block commits; an exception rolls back."""

    def reading(self) -> AbstractContextManager[Session]:
        """Open a transaction that cannot write."""

    def writing(self) -> AbstractContextManager[Session]:
        """Open a transaction that can write."""
