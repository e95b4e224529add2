"""Arms: scenarios that are run with one baseline's patients, and their replications, none run twice."""
