"""Rules of the house that no linter can say, each seen to fail on a planted fault."""
