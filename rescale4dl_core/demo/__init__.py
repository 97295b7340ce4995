"""The simulated sample that a first-time user sees, with its known truth."""
