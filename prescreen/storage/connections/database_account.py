"""The account of PostgreSQL that serves people: it reads and writes rows, and changes neither tables nor the trail."""

from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

# Asked by name, and not as the account: only a superuser may become another one.
_MAY_CHANGE_TABLES = text(
    "SELECT (SELECT rolsuper FROM pg_roles WHERE rolname = :account)"
    " OR has_schema_privilege(CAST(:account AS name), current_schema(), 'CREATE')"
    " OR EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = current_schema()"
    " AND pg_has_role(CAST(:account AS name), tableowner, 'USAGE'))"
)
_IS_ACCOUNT = text("SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = :account)")
# With the account's name as the first argument, and that of the schema as the second.
_GRANTS = (
    "REVOKE CREATE ON SCHEMA %2$I FROM PUBLIC, %1$I",
    "GRANT USAGE ON SCHEMA %2$I TO %1$I",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %2$I TO %1$I",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA %2$I TO %1$I",
    "REVOKE UPDATE, DELETE ON audit_event, audit_link, audit_mention FROM %1$I",
    "REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM %1$I",
    # For the tables of later versions, which the same owner will make.
    "ALTER DEFAULT PRIVILEGES IN SCHEMA %2$I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %1$I",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA %2$I GRANT USAGE ON SEQUENCES TO %1$I",
)


class AccountError(ValueError):
    """Raised for an account of the database that cannot be given rights. The message is one line."""


def may_change_tables(transaction: Session | Connection) -> bool:
    """Whether this account of PostgreSQL may make, change or drop tables; never on SQLite, which has no accounts."""
    if not _is_postgresql(transaction):
        return False
    return bool(transaction.scalar(_MAY_CHANGE_TABLES, {"account": transaction.scalar(select(func.current_user()))}))


def let_serve(session: Session, account: str) -> None:
    """Let an account do what serving needs, and no more. Run as the owner of the tables.

    Raise AccountError on SQLite, for an account that is not there, and for one that could take more by itself.
    """
    if not _is_postgresql(session):
        raise AccountError("SQLite has no accounts: who may open its file is said by the system")
    if not session.scalar(_IS_ACCOUNT, {"account": account}):
        raise AccountError(f"PostgreSQL has no account '{account}'; make it first, with CREATE ROLE and a password")
    schema = session.scalar(select(func.current_schema()))
    for grant in _GRANTS:
        session.execute(text(str(session.scalar(select(func.format(grant, account, schema))))))
    if session.scalar(_MAY_CHANGE_TABLES, {"account": account}):
        raise AccountError(f"'{account}' owns tables or is a superuser, so that no right can be kept from it")


def _is_postgresql(transaction: Session | Connection) -> bool:
    connection = transaction.connection() if isinstance(transaction, Session) else transaction
    return connection.dialect.name == "postgresql"
