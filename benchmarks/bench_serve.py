"""Serving one built page: nginx as we set it up, nginx with nothing set, and `make run`'s server.

    python benchmarks/bench_serve.py [SECONDS]

Requests per second of the same article: through nginx with deploy/nginx's outer configuration,
through nginx that is told no more than the folder, and through the app server with our layer for
files. One worker each, no TLS, no access log, sixteen connections kept open, SECONDS (5 by default)
each, in turn, three times; medians. The load comes from wrk where it is installed, else from
threads here, which need the processor themselves. Then what three pages weigh without their images,
and when something is first seen of them over a slow connection (400 kbit/s, 400 ms) in Chromium.
"""

from __future__ import annotations

import gzip
import http.client
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench_build import fresh

ARTICLES = 200
CONNECTIONS = 16
TURNS = 3
DEPLOY = Path(__file__).resolve().parents[1] / "deploy" / "nginx"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
MAIN = """daemon off;
worker_processes 1;
error_log {folder}/error.log;
pid {folder}/nginx.pid;
events {{ worker_connections 512; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log off;
    sendfile on;
    keepalive_requests 1000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{server}
}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def outer(folder: Path, public: Path, port: int) -> str:
    """The server block of deploy/nginx/outer.conf, without TLS and on this machine."""
    for file in DEPLOY.glob("*.conf"):
        text = file.read_text("utf-8").replace("/etc/nginx/gongkai", str(folder))
        (folder / file.name).write_text(text, "utf-8")
    text = (folder / "outer.conf").read_text("utf-8")
    text = re.sub(r"listen \[::\]:443[^;]*;", "", text)
    text = re.sub(r"listen 443[^;]*;", f"listen 127.0.0.1:{port};", text)
    text = re.sub(r"(?:proxy_)?ssl_\w+ [^;]*;", "", text)
    text = text.replace("/srv/public/current", str(public))
    return text.replace("https://inner.example", "http://127.0.0.1:9")


@contextmanager
def started(*command: str, address: str, port: int) -> Iterator[int]:
    """A server while it is needed; yields its port once it answers."""
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            deadline = time.monotonic() + 60
            while ask(port, address) is None:
                if server.poll() is not None or time.monotonic() > deadline:
                    server.kill()
                    raise SystemExit(f"{command[0]} did not start: {server.communicate()[1]}")
                time.sleep(0.1)
            yield port
        finally:
            server.terminate()
            server.wait()


@contextmanager
def nginx(folder: Path, server: str, address: str, port: int) -> Iterator[int]:
    """An nginx of our own, out of a folder of its own."""
    assert NGINX
    file = folder / f"nginx-{port}.conf"
    place = folder / str(port)
    place.mkdir()
    file.write_text(MAIN.format(folder=place, server=server), "utf-8")
    command = (NGINX, "-p", str(place), "-e", str(place / "error.log"), "-c", str(file))
    with started(*command, address=address, port=port) as known:
        yield known


def app_server(address: str, port: int) -> Any:
    """What gongkai_site.conf.launch starts for `make run`."""
    return started(
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
        *("--port", str(port), "--workers", "1", "--blocking-threads", "4", "--no-ws"),
        *("--log-level", "warning", "gongkai_site.conf.wsgi:application"),
        address=address,
        port=port,
    )


def ask(port: int, address: str, headers: Mapping[str, str] = {}) -> bytes | None:  # noqa: B006
    """The body of a page; None where nobody answers with one."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", address, headers=dict(headers))
        answer = connection.getresponse()
        data = answer.read()
        return data if answer.status == 200 else None
    except OSError:
        return None
    finally:
        connection.close()


def rate(port: int, address: str, seconds: float, headers: Mapping[str, str]) -> float:
    """Requests per second."""
    if shutil.which("wrk") is None:
        return rate_of_threads(port, address, seconds, headers)
    given = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", *given]
    told = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{address}"], capture_output=True, text=True, check=True
    ).stdout
    assert "Non-2xx" not in told and "Socket errors" not in told, told
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    assert found, told
    return float(found.group(1))


def rate_of_threads(port: int, address: str, seconds: float, headers: Mapping[str, str]) -> float:
    """Requests per second, where wrk is not installed."""
    done = [0] * CONNECTIONS
    until = time.perf_counter() + seconds

    def load(place: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        while time.perf_counter() < until:
            connection.request("GET", address, headers=dict(headers))
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200
            done[place] += 1
        connection.close()

    threads = [threading.Thread(target=load, args=(place,)) for place in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / seconds


def serve(servers: Mapping[str, int], page: bytes, address: str, seconds: float) -> None:
    """Put the same load on each in turn, and print."""
    for name, port in servers.items():
        assert ask(port, address) == page, name
    print(f"one article of {len(page):,} bytes, {CONNECTIONS} connections, 1 worker each:")
    for told, headers in (("as it lies", {}), ("gzip", {"Accept-Encoding": "gzip"})):
        rates: dict[str, list[float]] = {name: [] for name in servers}
        for _ in range(TURNS):
            for name, port in servers.items():
                rates[name].append(rate(port, address, seconds, headers))
        middle = {name: statistics.median(found) for name, found in rates.items()}
        for name, found in middle.items():
            share = found / middle["nginx, nothing set"]
            print(f"  {told:<10}  {name:<28} {found:>9,.0f} requests/s  {share:.2f}×")


def weigh(port: int, pages: Mapping[str, str]) -> None:
    """What pages weigh over the wire, and when they are first seen over a slow connection."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--no-proxy-server"]
        )
        for name, address in pages.items():
            seen = [visit(browser, f"http://127.0.0.1:{port}{address}") for _ in range(TURNS)]
            wire, laid, _ = seen[0]
            paint = statistics.median(one[2] for one in seen)
            print(
                f"  {name:<8} {wire / 1000:6.1f} KB over the wire ({laid / 1000:.1f} KB unpacked)"
                f" without images; first paint after {paint / 1000:.2f} s on 400 kbit/s, 400 ms"
            )
        browser.close()


def visit(browser: Any, address: str) -> tuple[int, int, float]:
    """Bytes over the wire and unpacked, without images; milliseconds to the first paint."""
    context = browser.new_context()
    page = context.new_page()
    session = context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    wire: dict[str, int] = {}
    laid: dict[str, int] = {}

    def data(told: dict[str, Any]) -> None:
        laid[told["requestId"]] = laid.get(told["requestId"], 0) + told["dataLength"]

    session.on(
        "Network.responseReceived", lambda told: kinds.update({told["requestId"]: told["type"]})
    )
    session.on("Network.dataReceived", data)
    session.on(
        "Network.loadingFinished",
        lambda told: wire.update({told["requestId"]: int(told["encodedDataLength"])}),
    )
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)
    page.goto(address, wait_until="networkidle", timeout=120_000)
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    context.close()
    kept = [one for one, kind in kinds.items() if kind not in {"Image", "Media"}]
    return sum(wire.get(one, 0) for one in kept), sum(laid.get(one, 0) for one in kept), paint


def main() -> None:
    """Build, serve, print."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    if NGINX is None:
        print("nginx not installed")
        return
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)  # nginx gives up being root before it reads
        os.environ |= {"GONGKAI_VAR": name, "DJANGO_SETTINGS_MODULE": "gongkai_site.conf.settings"}
        os.environ |= {"DATABASE_URL": f"sqlite:///{folder / 'first.sqlite3'}"}
        os.environ |= {"GONGKAI_SECRET_KEY": "only for this measurement " * 2}
        import django

        django.setup()
        from gongkai_site.disclosures.models import Disclosure
        from gongkai_site.portal.build.opening import Opened
        from gongkai_site.portal.build.run import rebuild

        var, _ = fresh(folder, ARTICLES)
        rebuild(var, Opened(), workers=1)
        os.environ["GONGKAI_VAR"] = str(var)
        row = Disclosure.objects.get(pk=ARTICLES // 2)
        address = f"/content/{row.year}/{row.pk}.html"
        page = (var / "public" / address.removeprefix("/")).read_bytes()
        plain = folder / "plain"
        (plain / "content" / str(row.year)).mkdir(parents=True)
        (plain / address.removeprefix("/")).write_bytes(page)
        ours, bare, own = free_port(), free_port(), free_port()
        block = f"server {{ listen 127.0.0.1:{bare}; root {plain}; }}"
        servers = {
            "nginx, nothing set": stack.enter_context(nginx(folder, block, address, bare)),
            "nginx, deploy/nginx outer": stack.enter_context(
                nginx(folder, outer(folder, var / "public", ours), address, ours)
            ),
            "make run's server": stack.enter_context(app_server(address, own)),
        }
        packed = ask(ours, address, {"Accept-Encoding": "gzip"})
        assert packed and gzip.decompress(packed) == page
        serve(servers, page, address, seconds)
        weigh(ours, {"home": "/", "list": "/column/column-1/", "article": address})


if __name__ == "__main__":
    main()
