"""The public site as files: what a citizen reads is written once, when it changes.

    source      what the builder reads of the catalogue
    identity    whose site it is
    plan        which pages a change touches; every page has a key
    pages       a key into the bytes of its files, in every variant
    files       bytes into a folder, each whole or not at all
    state       what was written, and for which document
    run         the outbox into the folder; a whole new folder, swapped in at once

A page is a function of the catalogue and of nothing else: no clock, no order of writing. So the
site that grew change by change is, byte for byte, the site built anew.
"""
