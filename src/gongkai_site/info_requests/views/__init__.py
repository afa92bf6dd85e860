"""Pages of the desk. A view reads the request, calls a verb of `service` or a query, shows a page."""
