"""Folders of results: each complete or absent, telling what it was made from, the same bytes every time."""
