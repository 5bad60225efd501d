"""What a month's watch found, kept as it was found."""
