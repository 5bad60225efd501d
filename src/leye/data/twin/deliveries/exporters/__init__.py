"""What each department would deliver for a month: one small function a source, no flaws yet."""
