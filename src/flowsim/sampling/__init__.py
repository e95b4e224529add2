"""All chance, drawn before the clock starts: named streams, distributions, arrivals, the cohort."""
