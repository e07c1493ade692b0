"""Signing in at the one box with OpenID Connect: for development, so that ordinary clients find their way."""

from onebox.signing_in.clients import client_secret
from onebox.signing_in.pages import IDENTITY_PREFIX, IdentityPages

__all__ = ["IDENTITY_PREFIX", "IdentityPages", "client_secret"]
