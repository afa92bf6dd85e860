"""Print a document: PDF (tagged), DOCX and plain text, from the same value and the same layout."""
