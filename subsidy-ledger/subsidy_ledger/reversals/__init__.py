"""Corrections: a voucher is taken back in red ink, and the claim it belongs to goes back one step."""
