"""The report of a recommendation, in one file."""
