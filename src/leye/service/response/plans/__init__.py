"""Graded contingency plans (分级应急预案): who does what, within how many hours."""
