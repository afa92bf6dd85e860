"""The site that grew change by change is the site built anew, byte for byte."""

from __future__ import annotations

from pathlib import Path

from tests.gongkai_site.portal.build.fakes import FakeCatalogue, Held

from gongkai_site.portal.build.run import rebuild, run_pending


def tree(var: Path) -> dict[str, bytes]:
    root = var / "public"
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


def test_a_site_that_grew_is_the_site_built_anew(tmp_path: Path) -> None:
    grown, anew = tmp_path / "grown", tmp_path / "anew"
    catalogue = FakeCatalogue()
    first = catalogue.publish("关于促进夜间经济发展的通知", "documents", validity="valid")
    run_pending(grown, Held(catalogue))
    for number in range(45):
        catalogue.publish(f"召开促消费会议（{number}）", "news")
        run_pending(grown, Held(catalogue))
    explained = catalogue.publish("《通知》解读", "explain", explains=[first])
    run_pending(grown, Held(catalogue))
    catalogue.withdraw(30)
    catalogue.amend(explained, title="《关于促进夜间经济发展的通知》解读")
    run_pending(grown, Held(catalogue))
    rebuild(anew, Held(catalogue), workers=1)
    assert tree(grown) == tree(anew)
    page = tree(anew)[f"content/2020/{first}.html"].decode()
    assert "《关于促进夜间经济发展的通知》解读" in page
