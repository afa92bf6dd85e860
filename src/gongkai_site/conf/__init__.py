"""Settings, addresses, the frame of every page, and starting and stopping the whole."""
