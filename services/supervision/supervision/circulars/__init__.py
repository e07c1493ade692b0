"""Supervision circulars (督查通报): drafted from the counts, checked, signed, published, answered, closed."""
