"""Pages. A view reads the request, calls a verb of `service` or a query, and shows a template."""
