"""The first page, and a set of reports."""

from __future__ import annotations

from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from gongkai.annual_report import Severity
from gongkai_site.reporting import archives, exports, queries, service, store, throttle
from gongkai_site.reporting.models import FileState, ReportSet
from gongkai_site.reporting.uploads import oversized_names
from gongkai_site.reporting.views.common import (
    attachment,
    back_to_set,
    get_file,
    get_set,
    one_of,
)

__all__ = [
    "create",
    "export",
    "home",
    "read_again",
    "remove_file",
    "remove_set",
    "rename",
    "report_set",
    "restore_file",
    "restore_set",
    "set_progress",
    "upload",
]

_PER_PAGE = 200
_NAMED = 5


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The list of sets, and the form for a new one."""
    context = {
        "lines": queries.sets(),
        "removed": queries.sets(removed=True),
        "just_removed": request.GET.get("removed", ""),
        **_limits(),
    }
    return render(request, "reporting/home.html", context)


@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Make a set and take in the files sent with it."""
    refusal = _too_many(request)
    if refusal:
        return refusal
    if not request.FILES.getlist("files") and not oversized_names(request):
        messages.error(request, "没有选文件。请先选择要检查的年报文件，再点“上传并读取”。")
        return HttpResponseRedirect(reverse("reporting:home"))
    made = service.create_set(request.POST.get("name", ""))
    _take(request, made)
    return HttpResponseRedirect(reverse("reporting:set", args=[made.pk]))


@require_GET
def report_set(request: HttpRequest, set_id: UUID) -> HttpResponse:
    """A set: upload, progress, and the table of bodies and findings."""
    found = get_set(set_id)
    return render(request, "reporting/set.html", _set_context(request, found))


@require_GET
def set_progress(request: HttpRequest, set_id: UUID) -> HttpResponse:
    """The part of the set's page that changes while files are read, for the script to put in."""
    found = get_set(set_id)
    return render(request, "reporting/_set_live.html", _set_context(request, found))


def _set_context(request: HttpRequest, found: ReportSet) -> dict[str, Any]:
    filters = queries.Filters.of(request.GET)
    everything = queries.rows(found)
    shown = filters.order(row for row in everything if filters.admits(row))
    page = Paginator(shown, _PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    for name in ("removed", "page", "auto"):
        query.pop(name, None)
    return {
        "set": found,
        "filters": filters,
        "page": page,
        "shown": len(shown),
        "total": len(everything),
        "sums": _sums(everything),
        "years": queries.years_of(everything),
        "states": FileState.choices,
        "levels": _LEVELS,
        "progress": queries.progress(found),
        "removed": found.files.exclude(removed_at=None),
        "just_removed": request.GET.get("removed", ""),
        "auto": request.GET.get("auto") == "1",
        "query": query.urlencode(),
        "export_kinds": exports.KINDS,
        **_limits(),
    }


_LEVELS = (
    (Severity.ERROR.value, "有错误"),
    (Severity.WARN.value, "有疑问"),
    (Severity.NOTE.value, "有提示"),
    ("doubt", "有存疑单元格"),
    ("clean", "没有问题"),
)


def _sums(found: list[queries.Row]) -> dict[str, int]:
    read = [row for row in found if row.is_read]
    return {
        "reports": len(read),
        "errors": sum(row.errors for row in read),
        "warns": sum(row.warns for row in read),
        "notes": sum(row.notes for row in read),
        "doubtful": sum(row.doubtful for row in read),
        "failed": sum(row.state in {FileState.UNSUPPORTED, FileState.UNREADABLE} for row in found),
    }


def _limits() -> dict[str, Any]:
    return {
        "max_files": settings.UPLOAD_FILES,
        "max_megabytes": settings.UPLOAD_FILE_BYTES // 2**20,
        "max_file_bytes": settings.UPLOAD_FILE_BYTES,
    }


@require_POST
def upload(request: HttpRequest, set_id: UUID) -> HttpResponse:
    """Take more files into a set."""
    found = get_set(set_id)
    refusal = _too_many(request)
    if refusal:
        return refusal
    if not request.FILES.getlist("files") and not oversized_names(request):
        messages.error(request, "没有选文件。请先选择文件，再点“上传并读取”。")
    else:
        _take(request, found)
    return back_to_set(request, found)


def _too_many(request: HttpRequest) -> HttpResponse | None:
    weight = sum(archives.count(stream) for _, stream in _uploads(request))
    if throttle.admit(request, weight):
        return None
    context = {
        "title": "上传得太快",
        "what": f"一小时内最多上传 {settings.UPLOAD_FILES_PER_HOUR} 个文件，这次没有收下。",
        "then": "请在下一个整点以后再传。已经收下的文件照常读取。",
        "version": settings.VERSION,
    }
    response = render(request, "error.html", context, status=429)
    response["Retry-After"] = "3600"
    return response


def _uploads(request: HttpRequest) -> list[tuple[str, IO[bytes]]]:
    files = request.FILES.getlist("files")
    return [(file.name or "", file.file) for file in files if file.file is not None]


def _take(request: HttpRequest, found: ReportSet) -> None:
    """Take in the files of a request and say what became of them."""
    taken = service.add_files(found, _uploads(request))
    for name in oversized_names(request):
        limit = settings.UPLOAD_FILE_BYTES // 2**20
        taken.refused.append(
            (store.clean_name(name), f"超过 {limit} MB，没有收下。请拆分或者压缩图片后再传。")
        )
    if taken.added:
        messages.success(request, f"收下 {len(taken.added)} 个文件，正在读取。")
    if taken.restored:
        messages.success(request, f"{len(taken.restored)} 个移出过的文件已经放回。")
    if taken.duplicates:
        named = "、".join(
            f"“{name}”" if name == kept else f"“{name}”（就是“{kept}”）"
            for name, kept in taken.duplicates[:_NAMED]
        )
        more = f"等 {len(taken.duplicates)} 个文件" if len(taken.duplicates) > _NAMED else ""
        messages.info(request, f"这一批里已经有 {named}{more}，内容相同，没有重复收下。")
    for name, why in taken.refused[:_NAMED]:
        messages.error(request, f"“{name}”没有收下：{why}")
    if len(taken.refused) > _NAMED:
        messages.error(request, f"另有 {len(taken.refused) - _NAMED} 个文件没有收下，原因类似。")


@require_POST
def rename(request: HttpRequest, set_id: UUID) -> HttpResponse:
    """Give the set another name."""
    found = get_set(set_id)
    try:
        service.rename_set(found, request.POST.get("name", ""))
    except service.Refused as error:
        messages.error(request, str(error))
    return back_to_set(request, found)


@require_POST
def remove_set(request: HttpRequest, set_id: UUID) -> HttpResponse:
    """Take the set off the list."""
    found = get_set(set_id)
    service.remove_set(found)
    return HttpResponseRedirect(f"{reverse('reporting:home')}?removed={found.pk}")


@require_POST
def restore_set(request: HttpRequest, set_id: UUID) -> HttpResponse:
    """Put the set back on the list."""
    found = get_set(set_id)
    service.restore_set(found)
    messages.success(request, f"“{found.name}”已经放回。")
    return HttpResponseRedirect(reverse("reporting:home"))


@require_POST
def remove_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Take a file out of its set."""
    file = get_file(file_id)
    service.remove_file(file)
    return back_to_set(request, file.set, removed=str(file.pk))


@require_POST
def restore_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Put a file back into its set."""
    file = get_file(file_id)
    service.restore_file(file)
    messages.success(request, f"“{file.name}”已经放回。")
    return back_to_set(request, file.set)


@require_POST
def read_again(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Have a file read anew."""
    file = get_file(file_id)
    try:
        service.read_again(file)
        messages.success(request, f"“{file.name}”已经重新排队读取。手工更正会保留。")
    except service.Refused as error:
        messages.error(request, str(error))
    return back_to_set(request, file.set)


@require_GET
def export(request: HttpRequest, set_id: UUID, kind: str) -> HttpResponse:
    """The table as a file, with the filters and the order of the page it was asked from."""
    found = get_set(set_id)
    media_type = exports.KINDS[one_of(kind, exports.KINDS)]
    filters = queries.Filters.of(request.GET)
    shown = filters.order(row for row in queries.rows(found) if filters.admits(row))
    return attachment(exports.table(kind, shown), f"{found.name}.{kind}", media_type)
