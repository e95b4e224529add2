"""The sections of a scenario: one frozen class each, in the words of the hospital; no defaults hide in them."""
