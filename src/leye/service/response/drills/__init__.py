"""Exercises: planted shocks replayed through the real desk, apart from real cases."""
