"""Charts of an evaluation: Altair specifications in colours that all eyes tell apart."""
