"""Accounts of residents (居民账号): the person reads their own record, and nothing else."""
