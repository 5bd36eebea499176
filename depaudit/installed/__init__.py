"""What is really installed, read from the disk: Python environments and ``node_modules``.

Nothing of what is read is run or imported. Everything is hostile: an installed package may have written any of it, so
names and versions must pass their grammar, sizes, depths and numbers are bounded, and what cannot be read is told as a
problem beside what could.
"""
