"""Where editors write: Wagtail, opened to those who may, and to what writing takes.

`rights` answers Wagtail's questions about permissions from our roles, `gate` decides which of its
pages exist here and under which content security policy, `viewset` shows the document as a clerk
thinks of it, `guard` keeps publishing where it belongs: in `disclosures.service`.
"""
