"""Backups: everything the office keeps, in one folder for each time, checked before it is trusted.

manifest        what a backup holds, with the digest of every file
databases       a consistent copy of the database, from SQLite or PostgreSQL, and back
taking          taking one: the database first, then the files; what did not change is linked
restoring       putting one back into an empty place, all or nothing

The keys of what is sealed never lie in a backup; they are copied to a folder of their own.
"""
