"""Cases 预警事项: from the first signal to the review, every step on record."""
