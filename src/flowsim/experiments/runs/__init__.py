"""Runs: the replications of one scenario, their results, the record beside them, and their folder."""
