"""What people and machines call: read input, call the engine or the gate, print, exit."""
