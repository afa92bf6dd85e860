"""What the live pages share with the built ones."""
