"""主动公开: the catalogue of what is public, its review before publication, and what became of it."""
