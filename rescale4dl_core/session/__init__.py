"""Everything a user has loaded and chosen, as one value that can be saved."""
