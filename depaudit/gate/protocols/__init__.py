"""What a request to a registry means, and how an answer is edited: one file a protocol."""
