"""What alembic runs: the migrations, on the connection that `prescreen.database` opened for them."""

from alembic import context

from prescreen.storage.tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    # SQLite cannot alter most things in place: alembic copies the table.
    render_as_batch=connection.dialect.name == "sqlite",
    # prescreen.database begins SQLite's transactions itself, so that tables too appear all or not at all.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
