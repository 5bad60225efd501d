"""Accounts, roles within places, and the record of what was done."""
