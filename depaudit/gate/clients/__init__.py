"""One file a package manager: its environment and its options under the gate."""
