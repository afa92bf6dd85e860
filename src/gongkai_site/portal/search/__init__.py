"""Finding documents by any piece of their text: the index, what is asked of it, and its upkeep.

The index is embedded and lies in `var/search`. It holds nothing that the database does not: it may
be deleted at any time, and is built anew from what is published.
"""
