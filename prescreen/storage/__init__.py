"""The only place that knows tables and SQL: one module of queries per subject.

Functions take the session first and never commit: the transaction belongs to the workflow's caller.
"""

from sqlalchemy.orm import Session

from prescreen.storage.transactions import Transactions

__all__ = ["Session", "Transactions"]
