"""The interface keeps what `openapi.json` promises, whatever it is asked (schemathesis)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from tests.gongkai_site.portal.catalogue import attach, publish, withdraw

from gongkai_site.disclosures.models import Column
from gongkai_site.portal.api import answers, reference, spec

ROOT = Path(__file__).resolve().parents[4]
schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")
checks = pytest.importorskip("schemathesis.specs.openapi.checks", reason="schemathesis is absent")


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Keep the test's own connection open between requests, as Django's test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_it_keeps_its_promises(news: Column, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    monkeypatch.setattr(answers, "keep_pace", lambda *_: None)
    first = publish("办法", "正文", at=news, kind="normative", validity="valid")
    attach(first, "名单.pdf", b"one")
    withdraw(publish("撤回的", at=news))
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    tried = []
    for one in schema.get_all_operations():
        operation = one.ok()
        strategy = operation.as_strategy(
            generation_mode=schemathesis.GenerationMode.POSITIVE
            if mode == "positive"
            else schemathesis.GenerationMode.NEGATIVE
        )

        @given(case=strategy)
        @settings(
            max_examples=15,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def ask(case: Any) -> None:
            response = case.call()
            # Schemathesis does not know that what is gone was asked for rightly.
            gone = [checks.positive_data_acceptance] if response.status_code == 410 else []
            case.validate_response(response, excluded_checks=gone)
            tried.append(case.path)

        try:
            ask()
        except Unsatisfiable:
            assert mode == "negative", "there is no wrong way to ask for what takes nothing"
    assert len(set(tried)) >= 5


def test_the_document_says_what_a_page_and_a_file_say() -> None:
    """docs/reference/api.md is written by `python -m gongkai_site.portal.api.reference`."""
    assert (ROOT / "docs/reference/api.md").read_text("utf-8") == reference.markdown()
    assert {one.path for one in spec.operations()} == set(spec.spec()["paths"])
