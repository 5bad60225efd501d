"""Review 核查: what people decide on the conflicts that comparison of registers finds."""
