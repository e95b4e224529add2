"""Reports: what results look like to people, as a table and as a picture. Nothing is worked out here."""
