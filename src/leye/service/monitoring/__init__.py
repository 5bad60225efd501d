"""The monitoring network: points, monthly reports, reports of layoffs and emergencies."""
