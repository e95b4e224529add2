"""Statistics: how sure a figure is, and how many replications it takes to be sure enough."""
