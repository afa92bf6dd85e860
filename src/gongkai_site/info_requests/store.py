"""The bytes of a case's files, on disk under their digest."""

from __future__ import annotations

from gongkai_site.agencies.file_store import FileStore, clean_name

__all__ = ["clean_name", "folder", "path_of", "put", "settle", "take"]

_STORE = FileStore("cases")

folder = _STORE.folder
path_of = _STORE.path_of
put = _STORE.put
settle = _STORE.settle
take = _STORE.take
