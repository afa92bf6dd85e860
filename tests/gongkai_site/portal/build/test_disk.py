"""A disk that takes no more: the site as it was, and a sentence that says what to do."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from tests.gongkai_site.portal.build.fakes import FakeCatalogue, Held, tree

from gongkai_site.portal.build import files
from gongkai_site.portal.build.errors import BuildFailed
from gongkai_site.portal.build.run import rebuild, run_pending


@pytest.fixture
def office(tmp_path: Path) -> FakeCatalogue:
    catalogue = FakeCatalogue()
    for number in range(25):
        catalogue.publish(f"商务工作动态（{number}）", "news")
    run_pending(tmp_path, Held(catalogue))
    return catalogue


def fails_after(count: int, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the disk take `count` files more, then fail."""
    write, left = files._write, [count]

    def limited(handle: int, data: bytes) -> None:
        left[0] -= 1
        if left[0] < 0:
            os.write(handle, data[: len(data) // 2])
            raise OSError(code, os.strerror(code), "/var/public")
        write(handle, data)

    monkeypatch.setattr(files, "_write", limited)


@pytest.mark.parametrize("count", [0, 1, 5, 12])
def test_a_full_disk_leaves_the_site_as_it_was(
    count: int, office: FakeCatalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(tmp_path)
    office.publish("磁盘满时发布的公告", "news")
    with monkeypatch.context() as patch:
        fails_after(count, errno.ENOSPC, patch)
        with pytest.raises(BuildFailed, match="磁盘满了.*保持原样.*清理磁盘"):
            run_pending(tmp_path, Held(office))
    assert tree(tmp_path) == before
    run_pending(tmp_path, Held(office))
    rebuild(tmp_path / "anew", Held(office), workers=1)
    assert tree(tmp_path) == tree(tmp_path / "anew")


@pytest.mark.parametrize(
    ("code", "said"), [(errno.EROFS, "只能读不能写"), (errno.EACCES, "没有写入.*权限")]
)
def test_a_rebuild_that_cannot_write_leaves_the_site_as_it_was(
    code: int, said: str, office: FakeCatalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(tmp_path)
    with monkeypatch.context() as patch:
        fails_after(30, code, patch)
        with pytest.raises(BuildFailed, match=said):
            rebuild(tmp_path, Held(office), workers=1)
    assert tree(tmp_path) == before
    rebuild(tmp_path, Held(office), workers=1)
    assert tree(tmp_path) == before
