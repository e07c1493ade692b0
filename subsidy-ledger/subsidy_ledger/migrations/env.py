"""The environment of this service's migrations."""

from shared.storage.alembic_env import run_migrations

run_migrations()
