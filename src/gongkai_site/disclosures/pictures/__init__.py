"""The pictures of documents: taken in clean, shown to staff only, until a document is published."""
