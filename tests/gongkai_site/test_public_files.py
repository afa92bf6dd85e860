"""The public site's files as `make run` serves them: headers, and nothing outside the folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from gongkai_site.conf.public_files import PublicFiles


class Answered:
    def __init__(self, app: PublicFiles, path: str, method: str = "GET", **headers: str) -> None:
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path.encode().decode("latin-1")}
        body: Iterable[bytes] = app(environ | headers, self._start)
        self.body = b"".join(body)

    def _start(self, status: str, headers: list[tuple[str, str]], *more: Any) -> None:
        self.status = int(status.split()[0])
        self.headers = dict(headers)


@pytest.fixture
def app(tmp_path: Path) -> PublicFiles:
    site = tmp_path / "site" / "000001" / "public"
    (site / "files" / ("ab" * 8)).mkdir(parents=True)
    (site / "index.html").write_text("首页", "utf-8")
    (site / "404.html").write_text("没有", "utf-8")
    (site / "feed.atom").write_text("<feed/>")
    (site / "files" / ("ab" * 8) / "附件 1.docx").write_bytes(b"PK\x03\x04")
    (site / "files" / ("ab" * 8) / "a.pdf").write_bytes(b"%PDF-" + bytes(range(95)))
    (tmp_path / "site" / "000001" / "state.sqlite3").write_text("secret")
    (tmp_path / "public").symlink_to("site/000001/public")

    def django(environ: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", [])
        return [b"django"]

    return PublicFiles(django, tmp_path / "public", settings.SECURE_CSP, https=False)


def test_a_page_carries_the_headers_that_keep_it_safe(app: PublicFiles) -> None:
    answer = Answered(app, "/")
    assert (answer.status, answer.body.decode()) == (200, "首页")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_a_page_not_changed_is_not_sent_again(app: PublicFiles) -> None:
    tag = Answered(app, "/").headers["ETag"]
    answer = Answered(app, "/", HTTP_IF_NONE_MATCH=tag)
    assert (answer.status, answer.body) == (304, b"")


@pytest.mark.parametrize("path", ["/request/", "/search/", "/staff/", "/api/v1/x", "/reports/"])
def test_live_pages_are_djangos(app: PublicFiles, path: str) -> None:
    assert Answered(app, path).body == b"django"


def test_what_is_posted_is_djangos(app: PublicFiles) -> None:
    assert Answered(app, "/", "POST").body == b"django"


def test_what_is_not_there_is_said_so(app: PublicFiles) -> None:
    answer = Answered(app, "/content/2020/1.html")
    assert (answer.status, answer.body.decode()) == (404, "没有")


@pytest.mark.parametrize(
    "path",
    [
        "/../state.sqlite3",
        "/files/../../state.sqlite3",
        "//etc/passwd",
        "/./index.html",
        "/files\\..\\x",
        "/index.html\0.png",
        "/\udcff",
    ],
)
def test_nothing_outside_the_folder_is_read(app: PublicFiles, path: str) -> None:
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path}
    assert b"".join(app(environ, lambda *a: None)) == b"django"


def test_an_attachment_is_saved_and_never_run(app: PublicFiles) -> None:
    answer = Answered(app, f"/files/{'ab' * 8}/附件 1.docx")
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_part_of_a_file_can_be_asked_for(app: PublicFiles) -> None:
    answer = Answered(app, f"/files/{'ab' * 8}/a.pdf", HTTP_RANGE="bytes=1-4")
    assert (answer.status, answer.body) == (206, b"PDF-")
    assert answer.headers["Content-Range"] == "bytes 1-4/100"


def test_a_folder_leads_to_its_page(app: PublicFiles) -> None:
    answer = Answered(app, "/files")
    assert (answer.status, answer.headers["Location"]) == (301, "/files/")


def test_a_new_site_is_seen_at_once(app: PublicFiles, tmp_path: Path) -> None:
    new = tmp_path / "site" / "000002" / "public"
    new.mkdir(parents=True)
    (new / "index.html").write_text("新的", "utf-8")
    (tmp_path / "next").symlink_to("site/000002/public")
    (tmp_path / "next").replace(tmp_path / "public")
    assert Answered(app, "/").body.decode() == "新的"
    assert Answered(app, "/feed.atom").body == b"django"
