"""The door of a reporter: an address and a code for one point."""
