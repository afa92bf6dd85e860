"""Uploads are limited before anything looks into them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse

__all__ = ["LimitedFileHandler", "RequestSizeMiddleware", "oversized_names"]


class RequestSizeMiddleware:
    """Refuse a request whose declared length is beyond UPLOAD_REQUEST_BYTES, before reading it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.UPLOAD_REQUEST_BYTES:
            raise RequestDataTooBig
        return self.get_response(request)


class LimitedFileHandler(FileUploadHandler):
    """Drop a file as soon as it grows beyond UPLOAD_FILE_BYTES; the others of the batch go on."""

    received = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Start counting anew."""
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the chunk on, or skip the file and remember its name."""
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_FILE_BYTES:
            _names(self.request).append(self.file_name or "")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the making of the file to the handlers that follow."""


def _names(request: Any) -> list[str]:
    if not hasattr(request, "oversized_uploads"):
        request.oversized_uploads = []
    return request.oversized_uploads


def oversized_names(request: HttpRequest) -> list[str]:
    """Return the names of the files that were too large to be taken, as the browser sent them."""
    return list(_names(request))
