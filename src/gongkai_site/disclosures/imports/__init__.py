"""Bringing in what an office has already: a catalogue with its files, and the pages of an old site.

A catalogue is a sheet (CSV or XLSX) with a line for each document, and the files it names. Pages
are HTML files, restored and cleaned. Either becomes drafts, which then go the way of every draft.

`package` takes what was uploaded, without trusting it; `sheet` reads lines, `rows` and `pages` plan
what is to be made and name every fault; `importing` makes all of it or nothing, and undoes it.
"""
