"""Work for many processes, here or on a cluster: each result is given back as soon as it is there."""
