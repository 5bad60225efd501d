"""What the city sets: days, lines and clocks, each with its day and its basis."""
