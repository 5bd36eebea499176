"""Frozen value types that everything else exchanges: no input or output, no clock, no configuration."""
