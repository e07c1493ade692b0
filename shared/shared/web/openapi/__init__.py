"""The OpenAPI document of a service: what FastAPI knows, and what the platform promises everywhere."""

from shared.web.openapi.operations import complete, not_taking, operations

__all__ = ["complete", "not_taking", "operations"]
