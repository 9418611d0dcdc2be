"""Alembic's way in; `storage.schema` hands it a connection."""

from alembic import context
from sqlmodel import SQLModel

import storage.models  # noqa: F401  (fills the metadata)
from storage.schema import has_model

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,  # without this each revision commits by itself
    compare_type=True,
    compare_server_default=True,
    include_name=has_model,
)
with context.begin_transaction():
    context.run_migrations()
