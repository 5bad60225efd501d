"""Period, place scope and errors. No I/O; imports nothing else of Leye."""
