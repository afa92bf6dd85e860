"""Pictures: taken in by what they are, drawn anew, kept within their body."""

from __future__ import annotations

import gc
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.gongkai_site.disclosures.factories import Desk, make_agency, make_desk

from gongkai_site.agencies.service import Actor
from gongkai_site.disclosures.body import render
from gongkai_site.disclosures.pictures import public
from gongkai_site.disclosures.pictures.clean import NotAPicture, clean_picture
from gongkai_site.disclosures.pictures.models import Picture

ClientOf = Callable[[Actor], Client]
CHOOSER = "/staff/cms/images/chooser/"


# Wagtail's maker of smaller pictures leaves its scratch files to be closed by themselves.
pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"
)


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "pictures"
    yield
    gc.collect()


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (10, 90, 160)).save(out, kind, **options)
    return out.getvalue()


def sent(client: Client, name: str, data: bytes) -> Any:
    return client.post(
        f"{CHOOSER}create/",
        {
            "image-chooser-upload-title": "现场",
            "image-chooser-upload-file": SimpleUploadedFile(name, data),
        },
    )


def test_where_and_when_it_was_taken_is_not_kept() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x8825] = {1: "N", 2: (23.0, 7.0, 0.0)}
    made = clean_picture(picture(exif=exif) + b"PK\x03\x04hidden")
    assert b"SecretCamera" not in made.data and b"hidden" not in made.data
    with Image.open(io.BytesIO(made.data)) as again:
        assert not again.getexif()
        assert made.suffix == "jpg" and again.size == (60, 40)


def test_a_picture_lying_on_its_side_is_turned_and_a_huge_one_shrunk() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(io.BytesIO(clean_picture(picture(exif=exif)).data)) as again:
        assert again.size == (40, 60)
    with Image.open(io.BytesIO(clean_picture(picture(size=(4000, 1000))).data)) as small:
        assert small.size == (2000, 500)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "SVG"),
        (b"GIF89a<script>alert(1)</script>", "不是可以使用的图片"),
        (b"%PDF-1.7", "不是可以使用的图片"),
        (b"", "不是可以使用的图片"),
        (picture()[:300], "不是可以使用的图片"),
        (picture("TIFF"), "不是可以使用的图片"),
        (picture("BMP"), "不是可以使用的图片"),
    ],
)
def test_what_is_no_picture_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(NotAPicture, match=said):
        clean_picture(data)


def test_moving_and_endless_pictures_are_refused() -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (4, 4), (i, i, i)) for i in (0, 250)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(NotAPicture, match="动图"):
        clean_picture(out.getvalue())
    with pytest.raises(NotAPicture, match="四千万像素"):
        clean_picture(picture("PNG", size=(8000, 6000)))


def test_an_editor_adds_a_picture_whatever_it_was_called(desk: Desk, client_of: ClientOf) -> None:
    client = client_of(desk.editor)
    answer = sent(client, "../../etc/现场 照片.jpg", picture())
    assert answer.status_code == 200 and answer.json()["step"] == "chosen", answer.content
    kept = Picture.objects.get()
    assert kept.agency_id == desk.agency.pk
    assert re.fullmatch(r"originals/[0-9a-f]{2}/[0-9a-f]{64}\.jpg", kept.file.name)
    shown = public.shown([kept.pk])[kept.pk]
    assert shown.url == f"/files/{kept.digest[:16]}/picture.jpg"
    body = [{"type": "image", "value": {"picture": kept.pk, "alt": "现场"}}]
    assert shown.url in render(body)[0]
    (file,) = public.files(body)
    assert (
        file.path.read_bytes() == Path(kept.file.path).read_bytes()
        and file.media_type == "image/jpeg"
    )
    assert public.by_digest(kept.digest[:16]) == file
    assert public.by_digest(kept.digest[:8]) is None


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.jpg", b"<html><script>alert(1)</script>"),
        ("a.php", picture()),
        ("a.png", picture("JPEG")),
    ],
)
def test_what_only_calls_itself_a_picture_does_not_come_in(
    desk: Desk, client_of: ClientOf, name: str, data: bytes
) -> None:
    answer = sent(client_of(desk.editor), name, data)
    assert answer.json()["step"] != "chosen"
    assert not Picture.objects.exists()


def test_another_bodys_pictures_are_neither_chosen_nor_seen(
    desk: Desk, client_of: ClientOf, client: Client
) -> None:
    sent(client_of(desk.editor), "a.jpg", picture())
    kept = Picture.objects.get()
    address = public.shown_to_staff([kept.pk])[kept.pk].url
    mine = client_of(desk.reviewer).get(address)
    assert mine.status_code == 200 and mine["X-Content-Type-Options"] == "nosniff"
    other = client_of(make_desk(make_agency("云山县财政局")).editor)
    assert other.get(address).status_code == 404
    assert str(kept.title) not in other.get(f"{CHOOSER}").content.decode()
    assert other.get(f"{CHOOSER}{kept.pk}/").status_code in (302, 403, 404)
    assert client.get(address)["Location"].startswith("/staff/sign-in/")


def test_nobody_changes_or_deletes_a_picture(
    desk: Desk, client_of: ClientOf, anyone_is_superuser: None
) -> None:
    client = client_of(desk.editor)
    sent(client, "a.jpg", picture())
    kept = Picture.objects.get()
    for path in (f"images/{kept.pk}/", f"images/{kept.pk}/delete/", f"images/{kept.pk}/usage/"):
        assert client.get(f"/staff/cms/{path}").status_code == 404
        assert client.post(f"/staff/cms/{path}").status_code == 404
    assert Picture.objects.filter(pk=kept.pk).exists()
