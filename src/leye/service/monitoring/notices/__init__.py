"""Reports of layoffs and emergencies, their documents and duties."""
