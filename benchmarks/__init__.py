"""How fast and how big depaudit is: ``python -m benchmarks`` prints one table of goals and measurements."""
