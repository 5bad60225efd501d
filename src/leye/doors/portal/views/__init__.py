"""What each public page shows."""
