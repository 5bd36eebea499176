"""depaudit audits dependencies before they are installed.

Importing this package imports nothing else: start-up time is a feature of a guard.
"""

__version__ = "0.1.0"

__all__ = ["__version__"]
