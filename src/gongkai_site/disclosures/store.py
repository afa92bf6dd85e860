"""The bytes of attachments, on disk under their digest, kept once whatever they are attached to."""

from __future__ import annotations

from gongkai_site.agencies.file_store import FileStore, clean_name

__all__ = ["STORE", "clean_name", "folder", "path_of", "put", "settle", "take"]

STORE = FileStore("disclosures")

folder = STORE.folder
path_of = STORE.path_of
put = STORE.put
settle = STORE.settle
take = STORE.take
