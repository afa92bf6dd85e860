"""Reports made by us, and the states in which the world gives them back."""
