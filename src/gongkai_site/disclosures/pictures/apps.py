"""The room of pictures as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["PicturesConfig"]


class PicturesConfig(AppConfig):
    """Pictures of documents."""

    name = "gongkai_site.disclosures.pictures"
    label = "pictures"
    verbose_name = "图片"

    def ready(self) -> None:
        """Let every picture be chosen in its own body only."""
        from wagtail.permissions import register_permission_policy

        from gongkai_site.disclosures.pictures.models import Picture
        from gongkai_site.disclosures.writing.policy import picture_policy

        register_permission_policy(Picture, picture_policy(Picture), exact_class=True)
