"""Programs that build data files of the reference lists; run by hand when a source is renewed."""
