"""A synthetic city with known truth. Imported by the command line, tests and benches only."""
