"""How the tables of pictures came to be."""
