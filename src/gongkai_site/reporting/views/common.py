"""What views share: finding things, answering with a file, going back where one came from."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.http import content_disposition_header

from gongkai_site.reporting.models import RecordState, ReportFile, ReportRecord, ReportSet
from gongkai_site.reporting.store import clean_name

__all__ = ["attachment", "back_to_set", "get_file", "get_record", "get_set", "one_of", "to_report"]


def get_set(set_id: UUID) -> ReportSet:
    """Return the set, or raise Http404."""
    try:
        return ReportSet.objects.get(pk=set_id)
    except ReportSet.DoesNotExist:
        raise Http404("没有这一批报告。地址可能不完整。") from None


def get_file(file_id: UUID) -> ReportFile:
    """Return the file, or raise Http404."""
    try:
        return ReportFile.objects.select_related("set").get(pk=file_id)
    except ReportFile.DoesNotExist:
        raise Http404("没有这个文件。地址可能不完整。") from None


def get_record(record_id: UUID) -> ReportRecord:
    """Return a report that was read, or raise Http404."""
    try:
        return ReportRecord.objects.select_related("file__set", "previous").get(
            pk=record_id, state=RecordState.READ, withdrawn=False
        )
    except ReportRecord.DoesNotExist:
        raise Http404("没有这份报告。文件重新读取后，报告可能有变化。") from None


def one_of(kind: str, kinds: Any) -> str:
    """Return `kind` if it is among `kinds`, or raise Http404."""
    if kind not in kinds:
        raise Http404("不能下载这种文件。请从页面上的下载链接里选。")
    return kind


def attachment(data: bytes, name: str, media_type: str) -> HttpResponse:
    """Return a file to be saved, never shown in place, under a name that is safe to save."""
    response = HttpResponse(data, content_type=media_type)
    safe = clean_name(name.replace("/", "_").replace("\\", "_"))
    response["Content-Disposition"] = content_disposition_header(True, safe) or ""
    response["Cache-Control"] = "private, no-store"
    return response


def back_to_set(request: HttpRequest, report_set: ReportSet, **extra: str) -> HttpResponse:
    """Redirect to the set's page, with the filters the form was sent from."""
    query = QueryDict(request.POST.get("query", "")[:2000], mutable=True)
    query.pop("removed", None)
    for key, value in extra.items():
        query[key] = value
    address = reverse("reporting:set", args=[report_set.pk])
    encoded = query.urlencode()
    return HttpResponseRedirect(f"{address}?{encoded}" if encoded else address)


def to_report(record: ReportRecord, anchor: str = "", **query: str) -> HttpResponse:
    """Redirect to a report's page."""
    address = reverse("reporting:report", args=[record.pk])
    if query:
        address += f"?{urlencode(query)}"
    return HttpResponseRedirect(address + (f"#{anchor}" if anchor else ""))
