"""Two states of a git repository side by side, and what one adds to the other. Nothing of either is ever run."""
