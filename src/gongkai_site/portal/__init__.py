"""What the public sees: how to ask, the request form, and the way to follow a request."""
