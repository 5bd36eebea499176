"""One rule a file: evidence to findings."""
