"""Run the migrations of credit-rating."""

from shared.storage.alembic_env import run_migrations

run_migrations()
