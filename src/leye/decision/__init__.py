"""What follows from the data for one person or firm: policies as code."""
