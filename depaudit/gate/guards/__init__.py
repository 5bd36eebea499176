"""What makes plain commands pass the gate: one file a kind of guard."""
