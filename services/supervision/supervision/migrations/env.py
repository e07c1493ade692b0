"""Run the migrations of supervision."""

from shared.storage.alembic_env import run_migrations

run_migrations()
