"""Capacity: what one more of everything is worth, which resource binds when, and how much is enough."""
