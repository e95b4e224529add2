"""The sections of a scenario, one frozen class each, in the words of the hospital; without defaults."""
