"""Forms being filled in: kept on the server as they grow, sealed, and gone after a day.

One browser's cookie holds a random secret; a form's address holds its id; only both together open
it. Every page of a form also carries the whole form sealed inside it, so that nothing typed is lost
while the database cannot be read or written, or after the form has been cleared away.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from gongkai_site.agencies import crypto
from gongkai_site.agencies.crypto import CannotOpen
from gongkai_site.info_requests import service, store
from gongkai_site.info_requests.attachments import Kept
from gongkai_site.info_requests.models import Attachment
from gongkai_site.portal.house import carry_life, draft_life, receipt_life
from gongkai_site.portal.models import Draft, DraftFile

__all__ = [
    "Held",
    "carried",
    "carry",
    "discard",
    "keep_receipt",
    "new_id",
    "new_secret",
    "opened",
    "save",
    "sweep",
    "watch",
]

_SEAL = "portal.draft"
_CARRIED = "portal.carried"
_INDEX = "portal.secret"
_SWEPT_AT_ONCE = 200
_GRACE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Held:
    """A form as far as it has come. Its repr holds nothing of what was typed.

    `key` makes its submission happen once; `receipt` is what was shown for it, once it was sent.
    """

    id: str
    agency_id: int
    kind: str
    key: str = field(repr=False, default_factory=service.new_key)
    values: dict[str, Any] = field(repr=False, default_factory=dict)
    files: tuple[Kept, ...] = field(repr=False, default=())
    receipt: dict[str, Any] | None = field(repr=False, default=None)

    def having(self, **changes: Any) -> Held:
        """The form with something changed."""
        return replace(self, **changes)

    def as_text(self) -> str:
        """The whole as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> Held:
        """What `as_text` gave."""
        raw = json.loads(text)
        raw["files"] = tuple(Kept(**one) for one in raw["files"])
        return cls(**raw)


def new_id() -> str:
    """An id for a form's address."""
    return secrets.token_hex(8)


def new_secret() -> str:
    """A secret for a browser's cookie."""
    return secrets.token_urlsafe(32)


def opened(draft_id: str, secret: str, now: datetime | None = None) -> Held | None:
    """Return a form, None where there is none, it has run out, or the secret is another's."""
    row = Draft.objects.filter(pk=draft_id, expires_at__gt=now or timezone.now()).first()
    if row is None or not constant_time_compare(row.secret, _digest(secret)):
        return None
    try:
        return Held.from_text(crypto.decrypt(row.sealed, purpose=_SEAL))
    except CannotOpen:
        return None


def save(held: Held, secret: str, now: datetime | None = None) -> Held:
    """Keep a form as it is now; what was submitted stays submitted.

    Returns:
        The form as it is kept: with its receipt, where it was sent meanwhile.

    Raises:
        DatabaseError: it could not be kept.
    """
    moment = now or timezone.now()
    with transaction.atomic():
        row = _row(held, secret)
        if row.submitted and row.expires_at > moment:
            return Held.from_text(crypto.decrypt(row.sealed, purpose=_SEAL))
        if row._state.adding:
            _sweep_some(moment)
        row.sealed = crypto.encrypt(held.as_text(), purpose=_SEAL)
        row.submitted = False
        row.changed_at, row.expires_at = moment, moment + draft_life()
        row.save()
        _note_files(row, held.files)
    return held


def keep_receipt(held: Held, secret: str, receipt: dict[str, Any], now: datetime) -> None:
    """Put the receipt in place of everything typed, for a short while."""
    sent = Held(held.id, held.agency_id, held.kind, held.key, receipt=receipt)
    with transaction.atomic():
        row = _row(held, secret)
        row.sealed = crypto.encrypt(sent.as_text(), purpose=_SEAL)
        row.submitted, row.changed_at = True, now
        row.expires_at = now + receipt_life()
        row.save()


def discard(held: Held, now: datetime | None = None) -> None:
    """Wipe a form at once; its row and its files go with the next sweep."""
    blank = crypto.encrypt("{}", purpose=_SEAL)
    moment = now or timezone.now()
    Draft.objects.filter(pk=held.id).update(sealed=blank, submitted=True, expires_at=moment)


def watch(agency_id: int, files: Sequence[Kept], now: datetime | None = None) -> None:
    """Have files removed after a day, unless they join a case: they came with what was refused."""
    if not files:
        return
    moment = now or timezone.now()
    blank = crypto.encrypt("{}", purpose=_SEAL)
    with transaction.atomic():
        row = Draft(pk=new_id(), secret="", agency_id=agency_id, sealed=blank, submitted=True)
        row.changed_at, row.expires_at = moment, moment + draft_life()
        row.save(force_insert=True)
        _note_files(row, files)


def sweep(now: datetime | None = None) -> int:
    """Remove every form that has run out, and its files; return how many.

    It waits some minutes: the bytes of a file may belong to a form that is being sent just now.
    """
    count, moment = 0, now or timezone.now()
    while removed := _sweep_some(moment):
        count += removed
    return count


def carry(held: Held, secret: str, now: datetime | None = None) -> str:
    """The form sealed for a hidden field of its own page."""
    until = (now or timezone.now()) + carry_life()
    text = json.dumps([held.as_text(), _digest(secret), until.timestamp()])
    return base64.urlsafe_b64encode(crypto.encrypt(text, purpose=_CARRIED)).decode("ascii")


def carried(
    sealed: str, secret: str, draft_id: str = "", now: datetime | None = None
) -> Held | None:
    """Return what `carry` sealed for this browser (and form), None for anything else."""
    try:
        text = crypto.decrypt(base64.urlsafe_b64decode(sealed), purpose=_CARRIED)
    except (CannotOpen, ValueError):
        return None
    held_text, digest, until = json.loads(text)
    held = Held.from_text(held_text)
    moment = now or timezone.now()
    if draft_id not in ("", held.id) or moment.timestamp() > until:
        return None
    return held if constant_time_compare(digest, _digest(secret)) else None


def _digest(secret: str) -> str:
    # A blind index folds the case of letters, which would halve what a secret is worth.
    return crypto.blind_index(secret.encode().hex(), purpose=_INDEX)


def _row(held: Held, secret: str) -> Draft:
    """The form's row, locked, or a new one that is not saved yet."""
    digest = _digest(secret)
    row = Draft.objects.select_for_update().filter(pk=held.id, secret=digest).first()
    return row or Draft(pk=held.id, secret=digest, agency_id=held.agency_id)


def _note_files(row: Draft, files: Sequence[Kept]) -> None:
    """Remember the files a form ever held; one taken out of it goes with the form."""
    DraftFile.objects.bulk_create(
        [DraftFile(draft=row, digest=one.digest) for one in files], ignore_conflicts=True
    )


def _sweep_some(now: datetime) -> int:
    over = Draft.objects.filter(expires_at__lte=now - _GRACE)
    gone = [*over.values_list("pk", flat=True)[:_SWEPT_AT_ONCE]]
    if not gone:
        return 0
    digests = [*DraftFile.objects.filter(draft_id__in=gone).values_list("digest", flat=True)]
    Draft.objects.filter(pk__in=gone).delete()
    transaction.on_commit(lambda: _remove_files(digests))
    return len(gone)


def _remove_files(digests: Sequence[str]) -> None:
    """Remove bytes that neither a case nor another form holds, nor somebody just sent again."""
    recent = (timezone.now() - _GRACE).timestamp()
    for digest in set(digests):
        if (
            DraftFile.objects.filter(digest=digest).exists()
            or Attachment.objects.filter(digest=digest).exists()
        ):
            continue
        path = store.path_of(digest)
        try:
            if path.stat().st_mtime < recent:
                path.unlink()
        except FileNotFoundError:
            continue
