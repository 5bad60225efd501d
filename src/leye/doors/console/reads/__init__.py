"""What the staff pages read of the pool and the registers, put together for one page each."""
