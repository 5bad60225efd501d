"""Monthly reports: forms, checks, states, versions."""
