"""Reading the catalogue by program: a documented interface, and the whole of it as open data.

data/api.yaml   what there is to ask and what is answered (OpenAPI): parameters are checked by it
spec            that file, and what is derived from it
parameters      what an address asks for, checked
shapes          documents, columns and changes as plain values
answers         JSON and problems, with fingerprints, for anybody's page to read
views           the interface
open_data       the whole catalogue as CSV and JSON Lines
reference       the interface told to people
"""
