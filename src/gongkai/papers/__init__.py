"""Official documents of the disclosure office in GB/T 9704 layout, as DOCX and PDF."""
