"""A scenario's numbers from patient-level extracts, with a report on the quality of the extracts."""
