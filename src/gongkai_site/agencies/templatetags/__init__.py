"""What the templates of every desk share."""
