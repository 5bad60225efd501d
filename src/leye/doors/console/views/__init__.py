"""One module per group of staff pages."""
