"""Pages for staff: figures handed in, accounts, and the record of what was done."""
