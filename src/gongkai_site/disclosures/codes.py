"""The code lists (主题、体裁、服务对象): versions laid from data, labels looked up.

`data/code_lists.yaml` is laid after each migration, and files of the same shape in
`var/code_lists/` after it, so that an office can lay its own version. A version once laid stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction

from gongkai_site.disclosures.errors import Impossible
from gongkai_site.disclosures.models import Code, CodeKind, CodeList

__all__ = ["choices", "known", "labels", "load", "load_after_migration"]


def choices(kind: str) -> list[tuple[str, str]]:
    """Return (code, label) of the newest version of a list, in its order."""
    newest = CodeList.objects.filter(kind=kind).order_by("-valid_from", "-pk").first()
    return [] if newest is None else list(newest.codes.values_list("code", "label"))


def known(kind: str, codes: Iterable[str]) -> bool:
    """Whether every code stands in the newest version of a list."""
    return set(codes) <= {code for code, _ in choices(kind)}


def labels() -> Mapping[tuple[str, str], str]:
    """Return (kind, code) → label, each from the newest version that holds the code; one query."""
    rows = Code.objects.order_by("code_list__valid_from", "code_list_id").values_list(
        "code_list__kind", "code", "label"
    )
    return {(kind, code): label for kind, code, label in rows}


@transaction.atomic
def load(texts: Iterable[str]) -> int:
    """Lay the versions that are not laid yet; return how many were.

    Args:
        texts: YAML in the shape of `data/code_lists.yaml`.

    Raises:
        Impossible: a text is not of that shape, or names a list there is none of.
    """
    laid = 0
    for text in texts:
        for entry in _entries(text):
            laid += _lay(entry)
    return laid


def load_after_migration(**kwargs: Any) -> None:
    """Lay the packaged lists and those in `var/code_lists`."""
    packaged = resources.files("gongkai_site.disclosures") / "data" / "code_lists.yaml"
    own = Path(settings.VAR) / "code_lists"
    files = sorted(own.glob("*.yaml")) if own.is_dir() else []
    load([packaged.read_text("utf-8"), *(one.read_text("utf-8") for one in files)])


def _entries(text: str) -> list[dict[str, Any]]:
    try:
        loaded = yaml.safe_load(text)
        return [dict(one) for one in loaded["code_lists"]]
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise Impossible(f"分类表读不懂（{error}）。请照 code_lists.yaml 的写法改正。") from error


def _lay(entry: Mapping[str, Any]) -> bool:
    try:
        kind = CodeKind(entry["kind"])
        made, fresh = CodeList.objects.get_or_create(
            kind=kind,
            version=str(entry["version"]),
            defaults={
                "valid_from": entry["valid_from"],
                "source": entry.get("source", ""),
                "verified": bool(entry.get("verified", False)),
            },
        )
        if fresh:
            Code.objects.bulk_create(
                Code(
                    code_list=made,
                    code=str(one["code"]),
                    label=one["label"],
                    parent=str(one.get("parent", "")),
                    order=number,
                )
                for number, one in enumerate(entry["codes"], start=1)
            )
    except (KeyError, TypeError, ValueError) as error:
        raise Impossible(f"分类表缺少或写错了项目（{error}）。请改正后再载入。") from error
    return fresh
