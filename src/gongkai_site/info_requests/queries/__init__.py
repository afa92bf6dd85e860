"""What lists, pages and reports need to know. Nothing here writes."""
