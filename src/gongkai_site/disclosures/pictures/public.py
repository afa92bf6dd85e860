"""The pictures of a body as the public site has them: /files/<first 16 of the digest>/picture.jpg."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import reverse

from gongkai_site.disclosures.body.render import PictureShown, blocks_of, picture_ids
from gongkai_site.disclosures.pictures.models import Picture

__all__ = ["PictureFile", "by_digest", "files", "shown", "shown_to_staff"]

_MEDIA = {"jpg": "image/jpeg", "png": "image/png"}


@dataclass(frozen=True)
class PictureFile:
    """A picture's file: what the built site must hold at `/files/{digest[:16]}/{name}`."""

    digest: str
    name: str
    media_type: str
    size: int
    path: Path


def files(body: Any) -> tuple[PictureFile, ...]:
    """Return the files of the pictures a body names, in the order they come."""
    found = Picture.objects.in_bulk(picture_ids(blocks_of(body)))
    return tuple(_file(picture) for picture in found.values())


def by_digest(start: str) -> PictureFile | None:
    """Return the picture whose digest begins so: 16 hexadecimal digits, as an address has them."""
    picture = Picture.objects.filter(digest__startswith=start).order_by("pk").first()
    return None if picture is None or len(start) < 16 else _file(picture)


def shown(ids: Iterable[int]) -> dict[int, PictureShown]:
    """Return pictures with their public addresses, by id."""
    return {
        pk: PictureShown(
            f"/files/{picture.digest[:16]}/{_name(picture)}", picture.width, picture.height
        )
        for pk, picture in Picture.objects.in_bulk(list(ids)).items()
    }


def shown_to_staff(ids: Iterable[int]) -> dict[int, PictureShown]:
    """Return pictures with the addresses staff see them at before anything is published, by id."""
    return {
        pk: PictureShown(
            reverse("disclosures-picture", args=[picture.file.name]), picture.width, picture.height
        )
        for pk, picture in Picture.objects.in_bulk(list(ids)).items()
    }


def _name(picture: Picture) -> str:
    return f"picture.{picture.suffix}"


def _file(picture: Picture) -> PictureFile:
    return PictureFile(
        picture.digest,
        _name(picture),
        _MEDIA[picture.suffix],
        picture.file_size or picture.file.size,
        Path(picture.file.path),
    )
