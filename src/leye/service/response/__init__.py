"""What the city does about a warning: signals, cases, the ledger of persons, plans and drills."""
