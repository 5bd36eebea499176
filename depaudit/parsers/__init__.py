"""One file a format: text to requirements with places."""
