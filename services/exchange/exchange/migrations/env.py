"""Run the migrations of exchange."""

from shared.storage.alembic_env import run_migrations

run_migrations()
