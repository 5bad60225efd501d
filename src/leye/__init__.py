"""Leye 乐业: the public-employment platform of a Chinese city."""
