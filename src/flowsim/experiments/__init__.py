"""Experiments: replications, their intervals, the record beside them, and the folder that keeps them."""
