"""An opener another process can use, which has not started Django: a catalogue kept in a file."""

from __future__ import annotations

import os
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["FromFile"]


@dataclass(frozen=True)
class FromFile:
    """Opens the catalogue pickled at `path`."""

    path: Path

    def __call__(self) -> tuple[Any, Any]:
        import django
        from django.apps import apps

        if not apps.ready:
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai_site.conf.settings")
            django.setup()
        from tests.gongkai_site.portal.build.fakes import SITE

        return pickle.loads(self.path.read_bytes()), SITE  # noqa: S301 - our own test's file
