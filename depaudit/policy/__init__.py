"""Policy: what the configuration says, and the verdict that follows from findings and from what is not known."""
