"""The queue of the desk: what came in, and by when somebody must take it."""
