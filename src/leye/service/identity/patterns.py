"""Forms that the database holds texts to."""

PLACE_PATTERN = r"^[0-9]{6}([0-9]{3}([0-9]{3})?)?$"
USERNAME_PATTERN = r"^[a-z][a-z0-9._-]{2,31}$"
