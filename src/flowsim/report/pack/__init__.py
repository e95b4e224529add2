"""The board pack: one page in plain English, the evidence, where patients live, and how it was made."""
