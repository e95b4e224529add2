"""The builder that turns domain words into programs, and one module for each service of the hospital."""
