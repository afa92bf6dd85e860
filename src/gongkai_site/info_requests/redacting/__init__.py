"""Withholding parts of a file (区分处理, 条例37): boxes on a page, a proved file for the applicant.

`service` is what staff do, `making` the worker's part, `child` the process that opens files,
`queries` what pages show and what letters may take over. What is blacked out, and how that is
proved, is `gongkai.redaction`'s.
"""
