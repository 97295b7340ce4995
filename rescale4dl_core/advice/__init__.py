"""The recommendation: which pixel size, why, how sure, and what it gains."""
