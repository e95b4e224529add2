"""What a user writes: the schema, calendars, loading with `extends`, levers by dotted path."""
