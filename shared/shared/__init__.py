"""The library under every service, and the facts they publish. `shared/README.md` is the index."""
