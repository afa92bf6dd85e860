"""The ledger (台账): a body's requests as an Excel file, in and out.

A workbook has two sheets. 台账 has a line for each request, as offices keep them. 办理经过 has a line
for each event and may be left out; where a request has lines there, they are its story, and the dates
in 台账 only repeat them. An export writes both, so that nothing is lost on the way.

`columns` says what the sheet holds; `workbook` writes it; `reading` reads it without trusting it;
`cells` and `story` turn a line into events, `telling` events into a line; `checking` holds a whole
file against the law and names every bad cell; `importing` keeps it, all of it or nothing.
"""
