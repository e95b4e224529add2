"""Which uncertain parameters matter, and how much of a figure's spread is theirs rather than chance."""
