"""The routes of claims."""

from subsidy_ledger.claims.api.routes import router

__all__ = ["router"]
