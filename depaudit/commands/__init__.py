"""What a command line would install: one file a client."""
