"""Supervision: a body sees the clocks of the bodies under it, and nothing of who asked or what.

`queries` reads no more than numbers, states, dates and outcomes: titles, texts and applicants never
leave the database here. Which bodies are seen, `supervision.view` in `agencies` says.
"""
