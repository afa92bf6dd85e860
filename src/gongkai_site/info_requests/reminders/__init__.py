"""Reminders: a digest for each officer and the head every working day, and a word to the head in time.

`digest` says what a person should know today; `run` writes it into the outbox, once a day whoever
asks and however often; `sending` sends mails that wait, and tries again; `timer` does both while a
worker runs. A notice in the desk is always written; a mail only where mail is set up. Neither tells
more of a request than its number, its date and its state.
"""
