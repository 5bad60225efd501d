"""The registers: who lives, works and is hired here, one status for each person and month.

Everything is an Ibis expression over the tables of a :class:`~leye.data.pool.build.Build`; no name
and no identity number is ever seen here.
"""
