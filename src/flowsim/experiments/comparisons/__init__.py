"""Comparisons: a baseline and interventions, patient by patient; who changed, and whether as was said."""
