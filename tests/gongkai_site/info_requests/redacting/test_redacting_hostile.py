"""Files that mean harm, or are merely broken: refused with a sentence, and nothing is left behind."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest
from PIL import Image
from tests.gongkai.redaction.made import saved, scan, texts, typeset
from tests.gongkai_site.info_requests.redacting.conftest import NAME, PHONE, Room, kept

from gongkai_site.info_requests import store
from gongkai_site.info_requests.house import house
from gongkai_site.info_requests.models import Attachment, Redaction, RedactionState
from gongkai_site.info_requests.redacting import folders, making, service
from gongkai_site.info_requests.redacting.boxes import Place

pytestmark = pytest.mark.django_db

WHOLE = Place(1, 0.02, 0.02, 0.98, 0.98)


def begun(room: Room, data: bytes, name: str = "文件.pdf", media: str = "") -> Redaction:
    """A file opened by the worker, whatever the door of the case would have said of it."""
    file = kept(room.bureau, room.case, typeset(f"占位 {name}"), name)
    Attachment.objects.filter(pk=file.pk).update(
        digest=store.put(data), type=media or "application/pdf"
    )
    held, _ = service.begin(room.bureau.officer, file.pk)
    making.run_open(held.pk)
    return Redaction.objects.get(pk=held.pk)


def locked() -> bytes:
    """A file with a password."""
    kept = BytesIO()
    with pikepdf.open(BytesIO(typeset("机密"))) as document:
        document.save(kept, encryption=pikepdf.Encryption(owner="o", user="u"))
    return kept.getvalue()


def long() -> bytes:
    """More pages than anybody looks through."""
    document = pikepdf.new()
    for _ in range(301):
        document.add_blank_page(page_size=(100, 100))
    return saved(document)


def torn() -> bytes:
    """A file of which the second half never arrived."""
    data = typeset("好")
    return data[: len(data) // 2]


def bomb() -> bytes:
    """A picture of a few bytes that unpacks to more than a page can be."""
    kept = BytesIO()
    Image.new("1", (30_000, 30_000)).save(kept, "PNG")
    return kept.getvalue()


@pytest.mark.parametrize(
    ("data", "media"),
    [
        (locked, ""),
        (long, ""),
        (torn, ""),
        (lambda: b"%PDF-1.7\n" + b"\x00\xff" * 4000, ""),
        (lambda: b"MZ\x90\x00", ""),
        (lambda: b"", ""),
        (bomb, "image/png"),
        (lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "image/png"),
    ],
    ids=["password", "301 pages", "torn", "noise", "program", "empty", "bomb", "broken picture"],
)
def test_what_cannot_be_redacted_is_refused_in_words(room: Room, data: object, media: str) -> None:
    held = begun(room, data(), media=media)  # type: ignore[operator]
    assert held.state == RedactionState.REFUSED
    assert held.failure.endswith("。")
    assert not folders.folder_of(held).exists()
    # It is no dead end: the same file may be tried again.
    assert service.begin(room.bureau.officer, held.source_id)[1]


def test_a_file_that_is_gone_is_refused_in_words(room: Room) -> None:
    held, _ = service.begin(room.bureau.officer, room.file.pk)
    Attachment.objects.filter(pk=room.file.pk).update(digest="0" * 64)
    making.run_open(held.pk)
    held.refresh_from_db()
    assert held.state == RedactionState.REFUSED
    assert "意外停止" in held.failure


def test_a_file_that_takes_too_long_is_stopped(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(house()["redaction"], "seconds", 0.01)
    held, _ = service.begin(room.bureau.officer, room.file.pk)
    making.run_open(held.pk)
    held.refresh_from_db()
    assert (held.state, "超过了时间上限" in held.failure) == (RedactionState.REFUSED, True)


def test_a_process_that_swells_harms_nobody(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(house()["redaction"], "memory", 32 << 20)
    held, _ = service.begin(room.bureau.officer, room.file.pk)
    making.run_open(held.pk)
    held.refresh_from_db()
    assert held.state == RedactionState.REFUSED


def test_making_that_fails_keeps_the_boxes_and_no_file(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, officer = room.begun(), room.bureau.officer
    service.decide(officer, held.pk, set(held.boxes.values_list("group", flat=True)), accept=True)
    service.make(officer, held.pk)
    monkeypatch.setitem(house()["redaction"], "seconds", 0.01)
    making.run_make(held.pk)
    held.refresh_from_db()
    assert held.state == RedactionState.DRAFT
    assert "超过了时间上限" in held.failure
    assert making.standing(held)
    assert not (folders.folder_of(held) / "result").exists()


def test_what_a_hidden_layer_says_goes_with_what_is_seen(room: Room) -> None:
    held = begun(room, scan(f"{NAME} {PHONE}", layer=f"{NAME} {PHONE}"), "扫描.pdf")
    officer = room.bureau.officer
    groups = set(held.boxes.values_list("group", flat=True))
    if groups:
        service.decide(officer, held.pk, groups, accept=False)
    service.add_box(officer, held.pk, WHOLE, "N4")
    service.make(officer, held.pk)
    making.run_make(held.pk)
    held.refresh_from_db()
    assert held.state == RedactionState.MADE, held.failure
    for text in texts(folders.result_bytes(held)):
        assert PHONE not in text
        assert NAME not in text


@pytest.mark.parametrize(("kind", "media"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_a_picture_is_black_where_it_was_boxed(room: Room, kind: str, media: str) -> None:
    kept_as = BytesIO()
    Image.new("RGB", (400, 300), "white").save(kept_as, kind, comment=b"secret note")
    held = begun(room, kept_as.getvalue(), f"照片.{kind.lower()}", media)
    service.add_box(room.bureau.officer, held.pk, Place(1, 0.25, 0.25, 0.75, 0.75), "N4")
    service.make(room.bureau.officer, held.pk)
    making.run_make(held.pk)
    held.refresh_from_db()
    assert held.state == RedactionState.MADE, held.failure
    data = folders.result_bytes(held)
    assert b"secret note" not in data
    with Image.open(BytesIO(data)) as made:
        seen = made.convert("L")
        assert made.size == (400, 300)
        assert seen.getpixel((110, 85)) < 40
        assert seen.getpixel((10, 10)) > 215


def test_the_name_of_a_file_leads_nowhere(room: Room) -> None:
    held = room.checked(room.made())
    service.save(room.bureau.officer, held.pk, "../../etc/passwd\x00<b>")
    held.refresh_from_db()
    assert held.result is not None
    assert "/" not in held.result.name
    assert "\x00" not in held.result.name
    assert held.result.name.endswith(".pdf")
