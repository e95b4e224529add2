"""Another hospital from a template and from what NHS England published of its trust."""
