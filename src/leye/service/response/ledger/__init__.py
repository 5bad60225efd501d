"""The ledger of a case: everybody who lost a job in it, followed to the end."""
