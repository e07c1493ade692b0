"""The plot: the chapters in their order."""
