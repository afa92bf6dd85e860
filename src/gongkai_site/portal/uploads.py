"""Files from the public: the same rules as everywhere, each refusal told by name."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest

from gongkai_site.info_requests import attachments
from gongkai_site.info_requests.attachments import AttachmentRefused, Kept
from gongkai_site.info_requests.house import house
from gongkai_site.info_requests.store import clean_name
from gongkai_site.portal.clients import admit
from gongkai_site.reporting.uploads import oversized_names

__all__ = ["limits", "take"]

FIELD = "files"


def limits() -> dict[str, int]:
    """How many files, and how large in MB and pages, for the pages that ask for them."""
    held = house()["attachments"]
    return {"files": held["files"], "megabytes": held["bytes"] >> 20, "pages": held["pages"]}


def take(request: HttpRequest, before: Sequence[Kept] = ()) -> tuple[tuple[Kept, ...], list[str]]:
    """Keep the files that came with a form.

    Args:
        before: files kept already; the same bytes are kept once.

    Returns:
        All files that are kept now, and a sentence for each that was refused.

    Raises:
        TooOften: this client sent too many in this hour.
    """
    sent = request.FILES.getlist(FIELD)
    kept = {one.digest: one for one in before}
    mark, most = limits()["megabytes"], limits()["files"]
    refused = [
        f"“{clean_name(name)}”太大，每个附件最多 {mark} MB。请压缩，或者分成几个文件。"
        for name in oversized_names(request)
    ]
    if not sent:
        return tuple(kept.values()), refused
    admit(request, "file", len(sent))
    for one in sent:
        shown = clean_name(one.name or "")
        if len(kept) >= most:
            refused.append(f"“{shown}”没有收下：最多 {most} 个附件。请合并成一个文件再上传。")
            continue
        try:
            found = attachments.keep(one.name or "", attachments.chunks_of(one))
        except AttachmentRefused as why:
            refused.append(str(why))
        except OSError:
            refused.append(f"“{shown}”没有存下来：系统的磁盘暂时写不进去。请过几分钟再上传。")
        else:
            kept.setdefault(found.digest, found)
    return tuple(kept.values()), refused
