"""Sweeps: many scenarios from one file, each beside the baseline, and what is expected of them."""
