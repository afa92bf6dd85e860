"""From the verbs of the office to what the public finds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult
from tests.gongkai_site.disclosures.factories import body, make_desk

from gongkai_site.disclosures import service
from gongkai_site.portal.search import index, updating
from gongkai_site.portal.search.asking import Question, ask
from gongkai_site.portal.search.folding import words_of

pytestmark = pytest.mark.django_db


def found(query: str) -> list[int]:
    return list(ask(index.held(), Question(words_of(query))).ids)


def test_each_verb_reaches_the_index(
    folder: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    desk = make_desk()
    updating.update()

    def work() -> int:
        """Do what the worker does after a commit; return how many tasks were laid."""
        connection.run_on_commit.clear()
        waiting = DBTaskResult.objects.filter(task_path=updating.update_index.module_path)
        laid = waiting.count()
        waiting.delete()
        updating.update_index.func()
        return laid

    with django_capture_on_commit_callbacks(execute=True):
        waits = desk.reviewed(title="等待签发的夜市通知", body=body("还不公开的夜市安排。"))
    assert (work(), found("夜市")) == (0, [])
    with django_capture_on_commit_callbacks(execute=True):
        service.issue(desk.issuer, waits.pk, now=desk.now)
    assert (work(), found("夜市安排")) == (1, [waits.pk])
    with django_capture_on_commit_callbacks(execute=True):
        service.amend(desk.editor, waits.pk, changed_on=desk.now.date(), now=desk.now)
        draft = {"body": body("改过的集市时间。")}
        service.save_draft(desk.editor, waits.pk, draft, now=desk.now)
    assert (work(), found("集市时间")) == (0, [])
    with django_capture_on_commit_callbacks(execute=True):
        service.submit(desk.editor, waits.pk, confirmed=True, now=desk.now)
        service.review_approve(desk.reviewer, waits.pk, now=desk.now)
        service.issue(desk.issuer, waits.pk, now=desk.now)
    assert (work(), found("集市时间"), found("夜市安排")) == (1, [waits.pk], [])
    with django_capture_on_commit_callbacks(execute=True):
        service.withdraw(desk.issuer, waits.pk, "内容有误，已另行发布。", now=desk.now)
    assert (work(), found("集市时间")) == (1, [])
