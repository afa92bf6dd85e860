"""Markup from anywhere into the few elements an article is made of.

    cleaned = clean_html(pasted)
    cleaned.html     # headings, paragraphs, lists, tables, pictures and links, nothing else
    cleaned.notes    # what was left out or guessed, for the editor
    cleaned.blocks   # the same, block by block
    to_blocks(html)  # raw data for the body's StreamField

`stream_of` takes the blocks of what was cleaned already. `walking` reads the markup (Word's, WPS's, an
old page's) into `model`'s blocks; `writing` writes them; `guard` looks at what was written once more,
with another parser than ours.
"""

from gongkai_site.disclosures.cleaning.guard import clean_html
from gongkai_site.disclosures.cleaning.model import Cleaned, Link, Note
from gongkai_site.disclosures.cleaning.streams import stream_of, to_blocks

__all__ = ["Cleaned", "Link", "Note", "clean_html", "stream_of", "to_blocks"]
