"""Commands that run the desk's workers."""
