"""Policies as code."""
