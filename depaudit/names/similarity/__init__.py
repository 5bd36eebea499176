"""How names come to look alike: one idea a file, weighed against each other in ``combine``."""
