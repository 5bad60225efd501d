"""The figures as read-only JSON, for other systems of the city and for anyone reusing them."""
