"""Gongkai (公开): the domain of open government information, as plain Python.

Nothing in this package reads the clock, the network or a file of the user's: time is an argument,
documents are bytes. Only `gongkai.cli` and the site do input and output.
"""

__version__ = "0.1.0"
