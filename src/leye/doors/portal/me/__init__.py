"""The door of residents: one person's own record, and what follows from it."""
