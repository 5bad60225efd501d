"""The policy reserve (政策储备): what can be used, from which level, at what price."""
