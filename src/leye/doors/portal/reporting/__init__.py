"""The door of reporters: one point's forms and reports, behind an address and a code."""
