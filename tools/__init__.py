"""What builds, checks and locks the project. Not part of the platform."""
