"""The form by which a picture comes in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from gongkai_site.disclosures.pictures.clean import NotAPicture, clean_picture
from gongkai_site.disclosures.writing.rights import actor_for

__all__ = ["PictureForm"]


class PictureForm(BaseImageForm):
    """A picture is drawn anew as it comes in, and belongs to the body of whoever sends it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = kwargs.get("user")
        if "title" in self.fields:
            self.fields["title"].label = "名称"
            self.fields["title"].help_text = "给同事看的名字，不会公开。"
        if "file" in self.fields:
            file = self.fields["file"]
            file.label = "图片文件"
            file.help_text = "JPG、PNG、GIF、WebP，不超过 10 MB。拍摄地点等信息会自动去掉。"

    def clean_file(self) -> Any:
        """Refuse what is no picture, and draw the rest anew."""
        sent = self.cleaned_data["file"]
        if not hasattr(sent, "content_type"):
            return sent
        sent.seek(0)
        try:
            clean = clean_picture(sent.read())
        except NotAPicture as error:
            raise forms.ValidationError(str(error)) from error
        kind = "jpeg" if clean.suffix == "jpg" else clean.suffix
        fresh = SimpleUploadedFile(f"picture.{clean.suffix}", clean.data, f"image/{kind}")
        # Wagtail's own field puts the opened picture on the file it hands on.
        return WagtailImageField().to_python(fresh)

    def save(self, commit: bool = True) -> Any:
        """Keep it for the body of whoever sends it."""
        if self.instance.agency_id is None:
            self.instance.agency_id = actor_for(self._user).agency_id
        return super().save(commit)
