"""The built site in a browser: axe, keyboard, narrow and enlarged, without a script, in every mode."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import settings
from tests.gongkai_site.browser import Visitor, axe_faults, too_wide
from tests.gongkai_site.portal.build.fakes import Held
from tests.gongkai_site.portal.build.samples import PAGES, sample

from gongkai_site.conf.public_files import PublicFiles
from gongkai_site.portal.build.run import rebuild

pytestmark = pytest.mark.browser

MODES: dict[str, Callable[[Any], Any]] = {
    "elder": lambda page: page.check("#gk-elder"),
    "contrast": lambda page: (page.click(".gk-modes summary"), page.check("#gk-contrast")),
}


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        return


class _Threads(ThreadingMixIn, WSGIServer):
    """A browser opens connections that it may never use; none keeps another waiting."""

    daemon_threads = True


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a built site, with the headers it has in earnest."""
    var = tmp_path_factory.mktemp("site")
    rebuild(var, Held(sample(var / "store")), workers=1)

    def nothing(environ: dict[str, Any], start: Any) -> list[bytes]:
        start("404 Not Found", [("Content-Type", "text/plain")])
        return [b"live"]

    app = PublicFiles(nothing, var / "public", settings.SECURE_CSP, https=False)
    server = make_server("127.0.0.1", 0, app, _Threads, _Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def reader(site: str, chromium: Any) -> Iterator[Visitor]:
    """Somebody who reads the site, met no error and was sent nowhere else."""
    one = Visitor(chromium, site)
    yield one
    one.close()
    assert one.complaints == []
    assert one.requested <= {urlsplit(site).netloc, ""}


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_on_any_page(reader: Visitor, width: int) -> None:
    page = reader.page(width)
    found = {}
    for name, address in PAGES.items():
        page.goto(address)
        found[name] = axe_faults(page) or too_wide(page, width)
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("mode", [*MODES, "english", "traditional"])
def test_axe_finds_nothing_in_any_mode(reader: Visitor, mode: str) -> None:
    page = reader.page(390 if mode == "elder" else 1280)
    prefix = {"english": "/en", "traditional": "/zh-hant"}.get(mode, "")
    found = {}
    for name in (
        "home",
        "article",
        "repealed",
        "tombstone",
        "policies",
        "single page",
        "items",
        "404",
    ):
        page.goto(prefix + PAGES[name])
        if mode in MODES and not page.evaluate(f"document.documentElement.dataset.{mode}"):
            MODES[mode](page)
        found[name] = axe_faults(page)
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_no_page_scrolls_sideways_at_320_pixels_or_enlarged_twice(reader: Visitor) -> None:
    found = {}
    for width, elder in ((320, False), (320, True), (640, False)):
        page = reader.page(width)
        for name, address in PAGES.items():
            page.goto(address)
            if elder and not page.evaluate("document.documentElement.dataset.elder"):
                page.check("#gk-elder")
            if width == 640:
                page.evaluate("document.documentElement.style.setProperty('font-size', '225%')")
            found[name, width, elder] = too_wide(page, width)
    assert {name: wide for name, wide in found.items() if wide} == {}


def test_the_modes_work_without_a_script(reader: Visitor) -> None:
    page = reader.page(java_script_enabled=False)
    page.goto(PAGES["article"])
    assert page.locator("[data-do=print]").is_hidden()
    assert page.locator(".qr").is_visible()
    before = page.locator(".byline").bounding_box()["height"]
    page.check("#gk-elder")
    assert page.locator(".byline").bounding_box()["height"] > before
    page.click(".gk-modes summary")
    page.check("#gk-contrast")
    assert page.locator("h1").is_visible()


def test_the_way_of_reading_is_kept(reader: Visitor) -> None:
    page = reader.page()
    page.goto("/")
    page.check("#gk-elder")
    page.goto(PAGES["article"])
    assert page.is_checked("#gk-elder")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "23px"
    page.uncheck("#gk-elder")
    page.reload()
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "18px"


def test_every_control_of_an_article_is_reached_by_tab(reader: Visitor) -> None:
    page = reader.page()
    page.goto(PAGES["article"])
    wanted = page.locator("a[href], button, input, summary").evaluate_all(
        "(all) => new Set(all.filter((e) => e.checkVisibility())"
        ".map((e) => e.type === 'radio' ? e.name : e)).size"
    )
    reached = set()
    for _ in range(wanted + 3):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "() => [...document.querySelectorAll('a[href], button, input, summary')]"
                ".indexOf(document.activeElement)"
            )
        )
    assert len(reached - {-1}) == wanted
    page.keyboard.press("Home")
    page.goto(PAGES["article"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_text_is_read_aloud_sentence_by_sentence(reader: Visitor) -> None:
    page = reader.page()
    page.add_init_script(
        """
        const said = window.said = [];
        const speech = {
          getVoices: () => [{ lang: "zh-CN" }], addEventListener() {}, cancel() {},
          speak(words) { said.push(words.text); window.finish = () => words.onend(); },
        };
        Object.defineProperty(window, "speechSynthesis", { value: speech });
        window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
        """
    )
    page.goto(PAGES["article"])
    page.click("[data-do=listen]")
    assert page.locator(".spoken").inner_text() == "一、总体要求"
    page.evaluate("finish()")
    assert page.locator(".spoken").inner_text().endswith("通知如下。")
    page.click("[data-do=listen]")
    assert page.locator("[data-do=listen]").inner_text() == "继续"
    page.click("[data-do=stop]")
    assert page.locator(".spoken").count() == 0


def test_no_button_to_listen_without_a_chinese_voice(reader: Visitor) -> None:
    page = reader.page()
    page.goto(PAGES["article"])
    assert page.locator("[data-do=print]").is_visible()
    assert page.locator("[data-do=listen]").is_hidden()


def test_the_print_leaves_what_is_for_the_screen(reader: Visitor, tmp_path: Path) -> None:
    page = reader.page()
    page.goto(PAGES["article"])
    page.emulate_media(media="print")
    for gone in (".gk-top", ".tools", ".beside", ".gk-trail"):
        assert page.locator(gone).is_hidden(), gone
    assert page.locator(".body").is_visible()
    assert page.locator(".qr").is_visible()
