"""SDMX REST: the figures of the registers as series, for statistical software."""
