"""The staff pages of publishing at /staff/disclosures/: desk, catalogue, one document, columns, figures.

Documents are written in Wagtail (`writing`); here they are submitted, reviewed, issued, and all that
comes after. The pages ask `queries` and `statistics` and act through `service` alone.
"""
