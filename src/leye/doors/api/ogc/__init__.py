"""OGC API - Features Part 1: the layers of the map as GeoJSON, for geographic software."""
