"""Template tags of the report desk."""
