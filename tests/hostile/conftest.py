from tests.platform.conftest import service

__all__ = ["service"]
