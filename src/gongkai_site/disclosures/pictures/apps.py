"""The room of pictures as Django knows it."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig

__all__ = ["PicturesConfig"]


class PicturesConfig(AppConfig):
    """Pictures of documents."""

    name = "gongkai_site.disclosures.pictures"
    label = "pictures"
    verbose_name = "图片"

    def ready(self) -> None:
        """Let every picture be chosen in its own body only; keep a place for them to lie in."""
        from django.db.models.signals import post_migrate
        from wagtail.permissions import register_permission_policy

        from gongkai_site.disclosures.pictures.models import Picture
        from gongkai_site.disclosures.writing.policy import picture_policy

        register_permission_policy(Picture, picture_policy(Picture), exact_class=True)
        post_migrate.connect(_keep_a_collection, sender=self)


def _keep_a_collection(**kwargs: Any) -> None:
    """Lay Wagtail's one collection again where a database was emptied after its migrations."""
    from wagtail.models import Collection

    if not Collection.objects.exists():
        Collection.add_root(name="Root")
