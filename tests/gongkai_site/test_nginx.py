"""deploy/nginx in a real nginx: the files and headers that `make run` gives, and no way to more."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings

from gongkai_site.conf.public_files import headers_of

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
DEPLOY = Path(__file__).resolve().parents[2] / "deploy" / "nginx"
DIGEST = "ab" * 8
FILES = [
    "index.html",
    "column/news/index.html",
    "content/2026/7.html",
    "zh-hant/index.html",
    "assets/site.1a2b.css",
    "assets/site.1a2b.js",
    "speech/7.mp3",
    "feed.atom",
    "feed.json",
    "column/news/feed.atom",
    "sitemap.xml",
    "robots.txt",
    f"files/{DIGEST}/附件 1.docx",
    f"files/{DIGEST}/a.pdf",
    f"files/{DIGEST}/A.PNG",
    f"files/{DIGEST}/feed.json",
    f"files/{DIGEST}/page.html",
]

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")


class Outside:
    """The outer server."""

    def __init__(self, port: int) -> None:
        self._port = port

    def get(self, path: str) -> tuple[int, bytes, Mapping[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
        connection.request("GET", "/" + quote(path))
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, data, dict(answer.headers)


def configured(folder: Path, public: Path, port: int) -> Path:
    """outer.conf as it stands, but for TLS, the names it says to change and where it listens."""
    for file in DEPLOY.glob("*.conf"):
        text = file.read_text("utf-8").replace("/etc/nginx/gongkai", str(folder))
        (folder / file.name).write_text(text, "utf-8")
    server = (folder / "outer.conf").read_text("utf-8")
    server = re.sub(r"listen \[::\]:443[^;]*;", "", server)
    server = re.sub(r"listen 443[^;]*;", f"listen 127.0.0.1:{port};", server)
    server = re.sub(r"(?:proxy_)?ssl_\w+ [^;]*;", "", server)
    server = server.replace("/srv/public/current", str(public))
    (folder / "outer.conf").write_text(
        server.replace("https://inner.example", "http://127.0.0.1:9")
    )
    kept = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "\n".join(f"{one}_temp_path {folder / one};" for one in kept)
    types = "text/html html; text/css css; application/javascript js; text/xml xml; text/plain txt;"
    types += "image/png png; audio/mpeg mp3; application/pdf pdf; application/json json;"
    main = folder / "main.conf"
    # Started by root, it would read as nobody, who may not look into our scratch folders.
    reads_as = "user root; " if os.geteuid() == 0 else ""
    main.write_text(
        f"{reads_as}daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/errors;\n"
        "events { } http { access_log off; default_type application/octet-stream;\n"
        f"types {{ {types} }}\n{temporary}\ninclude {folder}/outer.conf; }}\n"
    )
    return main


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    assert NGINX
    folder = tmp_path_factory.mktemp("nginx")
    site = folder / "site" / "000001" / "public"
    for path in [*FILES, "404.html", "staff/index.html"]:
        file = site / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(path.encode())
    (folder / "site" / "000001" / "state.sqlite3").write_text("secret")
    (folder / "public").symlink_to("site/000001/public")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [NGINX, "-p", str(folder), "-e", str(folder / "errors")]
    command += ["-c", str(configured(folder, folder / "public", port))]
    with subprocess.Popen(command) as server:
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert server.poll() is None and time.monotonic() < deadline
                time.sleep(0.02)
        yield Outside(port)
        server.terminate()


@pytest.mark.parametrize("path", FILES)
def test_a_file_carries_the_headers_it_has_in_make_run(outside: Outside, path: str) -> None:
    status, data, headers = outside.get(path)
    assert (status, data) == (200, path.encode())
    wanted = dict(headers_of(path, settings.SECURE_CSP, https=True))
    said = {"Content-Disposition"} | (set(wanted) - {"Content-Type"})
    assert {one: headers.get(one) for one in said} == {one: wanted.get(one) for one in said}
    if not path.startswith("files/"):
        kind = headers["Content-Type"].replace("application/javascript", "text/javascript")
        assert kind.replace("text/xml", "application/xml") == wanted["Content-Type"]


def test_a_folder_is_its_first_page(outside: Outside) -> None:
    assert outside.get("")[:2] == (200, b"index.html")
    assert outside.get("column/news/")[:2] == (200, b"column/news/index.html")


@pytest.mark.parametrize(
    "path", ["none.html", "staff/", "staff/index.html", "reports/", "../state.sqlite3"]
)
def test_there_is_no_way_to_more(outside: Outside, path: str) -> None:
    status, data, headers = outside.get(path)
    assert status in {400, 404}
    assert b"secret" not in data and data != path.encode()
    if status == 404:
        assert data == b"404.html"
        assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_live_pages_are_passed_on(outside: Outside) -> None:
    assert outside.get("search/")[0] == 502
