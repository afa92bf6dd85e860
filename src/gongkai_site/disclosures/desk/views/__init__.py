"""The views of publishing, by page."""
