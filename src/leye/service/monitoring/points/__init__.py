"""Monitoring points: the frame, the panel drawn from it, and its history."""
