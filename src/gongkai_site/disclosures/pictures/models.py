"""A picture in the body of a document, and the smaller ones Wagtail makes of it for its choosers.

The file kept is the one `clean` made: no place, no camera, no name of whoever took it. It is never
exchanged for another: what was published stays what it was. A better picture is another picture.
"""

from __future__ import annotations

import hashlib

from django.db import models
from wagtail.images.models import AbstractImage, AbstractRendition

from gongkai_site.agencies.models import Agency

__all__ = ["Picture", "PictureRendition"]


class Picture(AbstractImage):
    """A picture. `digest` is the SHA-256 of its file, by which the public site addresses it."""

    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="pictures", editable=False
    )
    digest = models.CharField("摘要", max_length=64, db_index=True, editable=False)

    admin_form_fields = ("title", "file")

    class Meta(AbstractImage.Meta):
        verbose_name = "图片"
        verbose_name_plural = "图片"

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the picture; its digest is taken once, when it comes in."""
        if not self.digest:
            self.digest = _digest(self)
        super().save(*args, **kwargs)

    def get_upload_to(self, filename: str) -> str:
        """Lie under the digest, whatever the file was called."""
        suffix = filename.rpartition(".")[2].lower()
        digest = self.digest or _digest(self)
        return f"originals/{digest[:2]}/{digest}.{suffix}"

    @property
    def suffix(self) -> str:
        """How the file's name ends: jpg, png or webp."""
        return self.file.name.rpartition(".")[2]


def _digest(picture: Picture) -> str:
    with picture.open_file() as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class PictureRendition(AbstractRendition):
    """A smaller picture, for choosers and previews."""

    image = models.ForeignKey(Picture, related_name="renditions", on_delete=models.CASCADE)

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)

    def __str__(self) -> str:
        return self.file.name

    def get_upload_to(self, filename: str) -> str:
        """Lie beside the others of its picture."""
        return f"smaller/{self.image_id}/{filename}"[:95]
