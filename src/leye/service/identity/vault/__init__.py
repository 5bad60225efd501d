"""The identity vault: the keys, the pseudonyms made with them, and the names and numbers behind."""
