"""Writing results: under a temporary name first, never over what is there unasked."""
