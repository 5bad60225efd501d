"""Plain values for the templates of the data pages, one module for each kind of page."""
