"""The interface: what `data/api.yaml` promises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header

from gongkai_site.disclosures import published
from gongkai_site.disclosures.published import Published
from gongkai_site.portal.api import open_data, parameters, queries, reference, shapes
from gongkai_site.portal.api.answers import Problem, as_json, fresh, open_to_all, unchanged
from gongkai_site.portal.api.spec import operation, spec

__all__ = [
    "attachments",
    "catalogue",
    "changes",
    "columns",
    "document",
    "documents",
    "home",
    "nothing",
    "openapi",
    "open_data_home",
]


@open_to_all("api")
def documents(request: HttpRequest) -> HttpResponseBase:
    """One stretch of the catalogue."""
    asked = parameters.read(request.GET, operation("listDocuments"))
    ids = queries.document_ids(asked, asked["limit"] + 1)
    shown = ids[: asked["limit"]]
    answer = {
        "documents": [
            shapes.document(one) for one in published.documents(shown) if one.tombstone is None
        ],
        "next": _next("api:documents", asked, "after", shown[-1])
        if len(ids) > len(shown)
        else None,
    }
    return as_json(request, answer, queries.newest_change()[1])


@open_to_all("api")
def document(request: HttpRequest, document_id: str) -> HttpResponseBase:
    """One document."""
    parameters.read(request.GET, operation("getDocument"))
    found = _found(document_id)
    return as_json(request, shapes.full_document(found), queries.changed_at(found.id))


@open_to_all("api")
def attachments(request: HttpRequest, document_id: str) -> HttpResponseBase:
    """The attachments of one document."""
    parameters.read(request.GET, operation("listAttachments"))
    found = _found(document_id)
    answer = {"attachments": [shapes.attachment(one) for one in found.attachments]}
    return as_json(request, answer, queries.changed_at(found.id))


@open_to_all("api")
def columns(request: HttpRequest) -> HttpResponseBase:
    """The columns."""
    parameters.read(request.GET, operation("listColumns"))
    answer = {"columns": [shapes.column(one) for one in queries.all_columns()]}
    return as_json(request, answer, queries.newest_change()[1])


@open_to_all("api")
def changes(request: HttpRequest) -> HttpResponseBase:
    """What changed after a change."""
    asked = parameters.read(request.GET, operation("listChanges"))
    rows = queries.changes(asked["since"], asked["limit"] + 1)
    shown = rows[: asked["limit"]]
    last = shown[-1]["pk"] if shown else asked["since"]
    answer = {
        "changes": [_change(row) for row in shown],
        "last": last,
        "next": _next("api:changes", asked, "since", last) if len(rows) > len(shown) else None,
    }
    return as_json(request, answer, queries.newest_change()[1])


@open_to_all("catalogue")
def catalogue(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The whole catalogue, or that of a year, as it is read from the database."""
    names = {"csv": "downloadCsv", "jsonl": "downloadJsonLines"}
    year = parameters.read(request.GET, operation(names[kind]))["year"]
    number, at = queries.newest_change()
    etag = f'W/"{number}-{kind}-{year or "all"}"'
    known = unchanged(request, etag, at)
    chunks: Iterator[bytes] = open_data.stream(kind, year) if known is None else iter(())
    name = f"catalogue-{year}.{kind}" if year else f"catalogue.{kind}"
    response = StreamingHttpResponse(chunks, content_type=open_data.MEDIA_TYPES[kind])
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return fresh(request, response, etag, at)


@open_to_all("api")
def openapi(request: HttpRequest) -> HttpResponseBase:
    """The interface as programs read it."""
    return as_json(request, dict(spec()), None)


@open_to_all("api")
def nothing(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """Any other address."""
    raise Problem(404, "没有这个网址", "接口里没有这个网址。有哪些可以读，见 /api/v1/ 。")


def home(request: HttpRequest) -> HttpResponseBase:
    """The interface as people read it."""
    return _public(render(request, "portal/api.html", reference.sections()))


def open_data_home(request: HttpRequest) -> HttpResponseBase:
    """The catalogue to download, and what its fields mean."""
    context = {"years": open_data.years(), "fields": open_data.FIELDS}
    return _public(render(request, "portal/open_data.html", context))


def _public(response: HttpResponseBase) -> HttpResponseBase:
    response.setdefault("Cache-Control", "public, max-age=300")
    return response


def _found(document_id: str) -> Published:
    """A document that stands, or the problem to answer."""
    number = int(document_id) if len(document_id) < 19 else 0
    found = published.document(number) if number else None
    if found is None:
        raise Problem(404, "没有这份文件", f"没有编号为 {document_id[:20]} 的公开文件。")
    if found.tombstone is not None:
        gone = found.tombstone
        told = {"withdrawn_at": shapes.moment(gone.withdrawn_at), "reason": gone.reason}
        day = told["withdrawn_at"][:10]
        raise Problem(410, "文件已经撤回", f"这份文件已经在 {day} 撤回，不再提供内容。", told)
    return found


def _change(row: dict[str, Any]) -> dict[str, Any]:
    number = row["disclosure_id"]
    return {
        "id": row["pk"],
        "document": number,
        "kind": row["kind"],
        "at": shapes.moment(row["at"]),
        "url": None if number is None else reverse("api:document", args=[number]),
    }


def _next(name: str, asked: dict[str, Any], cursor: str, last: int) -> str:
    """The address of the stretch that follows."""
    told = {key: value for key, value in asked.items() if value is not None} | {cursor: last}
    return f"{reverse(name)}?{urlencode(told)}"
