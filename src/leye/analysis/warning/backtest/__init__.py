"""Backtests: what every rule would have done, on data with known events."""
