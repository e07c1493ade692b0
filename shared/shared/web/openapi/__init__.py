"""The OpenAPI document of a service: what FastAPI knows, and what the platform promises everywhere."""

from shared.web.openapi.operations import complete, operations

__all__ = ["complete", "operations"]
