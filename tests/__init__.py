"""A package, because ciw installs one of the same name, which would be found in its place."""
