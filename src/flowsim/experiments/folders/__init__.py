"""Folders of results: each is complete or absent, says what it was made from, and is the same, byte for byte."""
