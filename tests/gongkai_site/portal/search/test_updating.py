"""The index follows the catalogue: what is published is found, what is withdrawn is not."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from tests.gongkai_site.portal import catalogue
from tests.gongkai_site.portal.catalogue import attach, changed, publish, withdraw

from gongkai_site.disclosures import attachment_texts
from gongkai_site.disclosures.models import AttachmentText, Column, Disclosure
from gongkai_site.portal.search import index, updating
from gongkai_site.portal.search.asking import Question, ask
from gongkai_site.portal.search.folding import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def news(folder: Path, make_agency: Callable[..., Any]) -> Column:
    """A column to publish in."""
    return catalogue.column("news", agency=make_agency())


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files read for the search, which all say 附件里的话; no process is started."""
    read: list[str] = []

    def quick(path: Path) -> str:
        read.append(path.name)
        return "附件里的话"

    monkeypatch.setattr(attachment_texts, "read", quick)
    return read


def found(query: str) -> list[int]:
    return list(ask(index.held(), Question(words_of(query), sort="new")).ids)


def test_publication_amendment_withdrawal(news: Column) -> None:
    first = publish("夜间经济扶持办法", "分配方案", at=news, doc_number="穗商务〔2020〕3号")
    assert updating.is_behind()
    updating.update()
    assert not updating.is_behind()
    assert found("分配方案") == found("穗商务[2020]3号") == found(first.index_number) == [first.pk]
    second = publish("另一件", "分配方案", at=news)
    assert found("分配方案") == [first.pk]
    assert updating.update() == 1
    assert found("分配方案") == [second.pk, first.pk]
    changed(first, "amended", text="资金安排")
    updating.update()
    assert (found("分配方案"), found("资金安排")) == ([second.pk], [first.pk])
    withdraw(second)
    updating.update()
    assert found("分配方案") == []
    assert updating.update() == 0


def test_only_what_is_public_is_taken_in(news: Column) -> None:
    publish("公开的通知", at=news)
    for number, state in enumerate(("draft", "submitted", "reviewed", "scheduled")):
        Disclosure.objects.create(
            agency=news.agency, column=news, title=f"秘密的通知{number}", state=state
        )
        changed(Disclosure.objects.latest("pk"), "touched")
    updating.update()
    assert len(found("通知")) == 1
    assert found("秘密") == []
    updating.rebuild()
    assert found("秘密") == []


def test_an_attachment_is_found_by_its_text_and_its_name(news: Column, unread: list[str]) -> None:
    updating.update()
    document = publish("通知", at=news)
    attach(document, "名单.pdf", b"one")
    attach(document, "已读.pdf", b"two", "早就读过")
    updating.update()
    assert found("附件里的话") == found("名单.pdf") == found("早就读过") == [document.pk]
    assert len(unread) == 1
    changed(document, "touched")
    updating.update()
    updating.rebuild()
    assert len(unread) == 1, "each file is read once"


def test_a_build_reads_the_attachments_afterwards(
    news: Column, unread: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    document = publish("通知", at=news)
    attach(document, "名单.pdf", b"one")
    monkeypatch.setattr(attachment_texts, "read_missing", _die)
    with pytest.raises(RuntimeError, match="killed"):
        updating.rebuild()
    assert (found("通知"), found("附件里的话")) == ([document.pk], [])
    assert updating.is_behind()
    monkeypatch.undo()
    AttachmentText.objects.create(digest=document.attachments.get().digest, text="附件里的话")
    updating.update()
    assert found("附件里的话") == [document.pk]
    assert not updating.is_behind()


def test_who_dies_in_the_middle_is_made_up_for(
    news: Column, monkeypatch: pytest.MonkeyPatch
) -> None:
    updating.update()
    document = publish("通知", at=news)
    attach(document, "名单.pdf", b"one", "附件里的话")
    monkeypatch.setattr(attachment_texts, "read_missing", _die)
    with pytest.raises(RuntimeError, match="killed"):
        updating.update()
    assert updating.is_behind()
    monkeypatch.undo()
    updating.update()
    assert found("附件里的话") == [document.pk]
    assert not updating.is_behind()


def test_a_change_that_appears_late_is_not_missed(news: Column) -> None:
    late = publish("先取号、后存入", at=news)
    number = late.changes.get().pk
    late.changes.all().delete()
    publish("后取号、先存入", at=news)
    updating.update()
    Disclosure.objects.filter(pk=late.pk).update(text="改过的")
    late.changes.create(pk=number, agency=news.agency, kind="published")
    assert number < Disclosure.objects.latest("pk").changes.get().pk
    updating.update()
    assert found("改过的") == [late.pk]


def test_many_changes_are_taken_in_in_batches_and_forgotten_in_order(
    news: Column, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updating, "_BATCH", 2)
    monkeypatch.setattr(updating, "_REMEMBERED", 3)
    updating.update()
    for number in range(7):
        publish(f"通知{number}", at=news)
    assert updating.update() == 7
    assert len(index.state()["seen"]) == 3
    assert len(found("通知")) == 7
    assert not updating.is_behind()


def test_a_lost_or_foreign_index_is_built_anew(news: Column, folder: Path) -> None:
    document = publish("通知", at=news)
    updating.update()
    for spoil in (
        lambda: (folder / "current").unlink(),
        lambda: (folder / "current").write_text("v0-old"),
        lambda: (folder / (folder / "current").read_text() / "meta.json").write_text("{"),
        lambda: (folder / (folder / "current").read_text() / "state.json").write_text(""),
    ):
        spoil()
        index._opened.clear()
        assert updating.update() in (0, 1)
        assert found("通知") == [document.pk]


def test_one_task_waits_at_a_time(news: Column) -> None:
    from django_tasks_db.models import DBTaskResult

    updating.watch(datetime(2026, 3, 2, tzinfo=UTC))
    updating.call_for_update((1, 2))
    updating.call_for_update((3,))
    assert DBTaskResult.objects.count() == 1
    publish("通知", at=news)
    DBTaskResult.objects.all().delete()
    updating.update_index.func()
    assert len(found("通知")) == 1
    updating.watch(datetime(2026, 3, 2, tzinfo=UTC))
    assert DBTaskResult.objects.count() == 0


def test_the_command(news: Column) -> None:
    publish("通知", at=news)
    told = io.StringIO()
    call_command("index_search", stdout=told)
    call_command("index_search", stdout=told)
    call_command("index_search", "--full", stdout=told)
    assert [line[:16] for line in told.getvalue().splitlines()] == [
        "检索索引已经更新：1 件文件，用",
        "检索索引已经更新：0 件文件，用",
        "检索索引已经重建：1 件文件，用",
    ]


def _die(*_: Any) -> set[str]:
    raise RuntimeError("killed")
