"""Lines of watches that the city signed, in place of the product's starting values."""
