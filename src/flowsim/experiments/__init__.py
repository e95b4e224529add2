"""Experiments: what is done with replications, a room for each kind of question."""
