"""Categories of the hotline, each with the leaf of ours that it means."""
