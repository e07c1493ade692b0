"""Joint meetings: convened, attended, minuted."""
