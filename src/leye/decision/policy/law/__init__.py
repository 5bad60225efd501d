"""The law, a module for each family of programmes, with its values in ``parameters``."""
