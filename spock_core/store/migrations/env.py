"""What alembic runs. The connection comes from `versions.py`, already in its transaction."""

from alembic import context

from spock_core.store.connection.versions import VERSION_TABLE
from spock_core.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
