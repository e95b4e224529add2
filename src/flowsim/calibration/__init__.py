"""Fitting what is not well known to what was published, and how sure that leaves us."""
