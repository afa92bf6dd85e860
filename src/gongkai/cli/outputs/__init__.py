"""How results are written: text for people, JSON for programs, a workbook or a page for a batch."""
