"""A plan in the formats of other programs, and all files of an evaluation."""
