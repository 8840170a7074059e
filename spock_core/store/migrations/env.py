"""What alembic runs. The connection comes from `versions.py`, already in its transaction."""

from alembic import context

from spock_core.store.connection.versions import VERSION_TABLE
from spock_core.store.schema import metadata
from spock_core.store.views import create_views, drop_views

VIEWS_SINCE = "0005"
"""The first schema with views. A view of the same name in an older one is somebody else's."""

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
    render_as_batch=True,
)
if (context.get_context().get_current_revision() or "") >= VIEWS_SINCE:
    drop_views(connection)
context.run_migrations()
if context.get_context().get_current_revision() == context.get_head_revision():
    create_views(connection)
