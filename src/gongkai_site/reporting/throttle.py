"""How many files one client may send in an hour. Addresses are kept only as a keyed digest."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from gongkai_site.reporting.models import UploadWindow

__all__ = ["admit"]


@transaction.atomic
def admit(request: HttpRequest, files: int) -> bool:
    """Count `files` for this client and hour; False, counting nothing, if they are too many."""
    address = request.META.get("REMOTE_ADDR", "")
    client = salted_hmac("upload-window", address, algorithm="sha256").hexdigest()
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    UploadWindow.objects.filter(hour__lt=hour).delete()
    window, _ = UploadWindow.objects.get_or_create(client=client, hour=hour)
    admitted = UploadWindow.objects.filter(
        pk=window.pk, files__lte=settings.UPLOAD_FILES_PER_HOUR - files
    ).update(files=F("files") + files)
    return bool(admitted)
