"""What alembic runs: the migrations, on the connection that `prescreen.migrating` opened for them, or as SQL."""

from alembic import context

from prescreen.storage.tables import Base

connection = context.config.attributes.get("connection")
if connection is None:
    context.configure(dialect_name="postgresql", literal_binds=True, transaction_per_migration=True)
else:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        # SQLite cannot alter most things in place: alembic copies the table.
        render_as_batch=connection.dialect.name == "sqlite",
        # prescreen.migrating begins SQLite's transactions itself, so that tables too appear all or not at all.
        transactional_ddl=True,
        # A step that keeps its locks while the next one works would stop the service for as long as both take.
        transaction_per_migration=True,
    )
with context.begin_transaction():
    context.run_migrations()
