"""Make the files of the report desk's example from their sources.

Run: python demo/make_example.py

Each `demo/example/source/NAME.json` is a report in our own JSON. It is printed by our own renderer
to the kind its body would publish; the first is then treated the way a hacked mirror treats a page
(`pollute.py`): Traditional script, readings glued behind characters, chrome around it, spam behind
it. `demo/example/README.md` says what is wrong with each. The same sources give the same files.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gongkai.annual_report.render import KINDS, load_json, render, render_fragment
from gongkai.annual_report.value import Report

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE / "example"
PRINTED = {
    "culture_2021": "html",
    "culture_2022": "docx",
    "housing_2021": "docx",
    "housing_2022": "pdf",
}
POLLUTED = "guangzhou_commerce_2020"
SEED = 7
_LAYOUT = {"rowspan", "colspan"}


def source(name: str) -> Report:
    """The report called `name`, from its source."""
    return load_json((EXAMPLE / "source" / f"{name}.json").read_bytes())


def found_page(report: Report) -> str:
    """`report` as a web page in the state in which such pages are found.

    What our own renderer adds for screen readers and the desk is taken off: a page in the wild
    has none of it.
    """
    import lxml.html

    pollute = _pollute()
    root = lxml.html.fragment_fromstring(render_fragment(report), create_parent="div")
    for element in list(root.iter()):
        for name in set(element.attrib) - _LAYOUT:
            del element.attrib[name]
        if element.tag in {"h2", "h3"}:
            element.tag = "p"
    for byline in root.xpath("article/p[1]"):
        byline.getparent().remove(byline)
    for caption in list(root.iter("caption", "colgroup")):
        caption.drop_tree()
    _replace_text(root, pollute)
    _surround(root, report, pollute)
    title = root.findtext(".//h1")
    body = lxml.html.tostring(root, encoding="unicode")
    return (
        '<!DOCTYPE html>\n<html><head><meta charset="utf-8">'
        f"<title>{title}_{pollute.SPAM[0]}</title></head>\n<body>\n{body}\n</body></html>\n"
    )


def _pollute() -> Any:
    sys.path.insert(0, str(HERE))
    import pollute

    return pollute


def _texts(root: Any) -> Iterator[tuple[Any, str, str]]:
    for element in root.iter():
        for place in ("text", "tail"):
            text = getattr(element, place)
            if text and text.strip():
                yield element, place, text


def _replace_text(root: Any, pollute: Any) -> None:
    """Gloss every text: prose byte by byte, with the scars that leaves; tables by character."""
    for element, place, text in list(_texts(root)):
        owner = element.getparent() if place == "tail" else element
        if owner.tag in {"td", "th"}:
            changed = pollute.gloss(pollute.traditional(text), "partial", seed=SEED)
        else:
            changed = _mirror(pollute, text)
        setattr(element, place, changed)


def _surround(root: Any, report: Report, pollute: Any) -> None:
    """Put the buttons of a news site around the article, and a mirror's spam behind it."""
    from lxml import html
    from lxml.html import builder

    agency, published = str(report.agency), str(report.published)
    lines = pollute.add_chrome("", "\n", agency=agency, published=published)
    before, behind = lines.split("\n\n\n")
    article = root.find("article")
    items = [line.removeprefix("· ") for line in before.split("\n") if line]
    chrome = builder.UL(*(builder.LI(_mirror(pollute, item)) for item in items))
    article.insert(1, chrome)
    for line in behind.split("\n"):
        if line:
            root.append(builder.P(_mirror(pollute, line)))
    spam = pollute.add_spam("", head=False, seed=SEED).strip()
    root.append(html.fragment_fromstring(f"<div>{spam}</div>"))


def _mirror(pollute: Any, text: str) -> str:
    """`text` in Traditional script and half-width punctuation, glossed byte by byte."""
    narrow = text.translate(str.maketrans("，：；（）", ",:;()"))  # noqa: RUF001
    return str(pollute.gloss_bytewise(pollute.traditional(narrow), seed=SEED))


def main() -> None:
    """Write every file of the example, and say which."""
    (EXAMPLE / "found.html").write_text(found_page(source(POLLUTED)), encoding="utf-8")
    print("demo/example/found.html")
    for name, kind in PRINTED.items():
        path = EXAMPLE / f"{name}{KINDS[kind].suffix}"
        path.write_bytes(render(source(name), kind))
        print(path.relative_to(HERE.parent))


if __name__ == "__main__":
    main()
