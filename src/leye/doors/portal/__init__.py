"""The public pages: the plan's scorecard, the map, series, definitions, and every figure."""
