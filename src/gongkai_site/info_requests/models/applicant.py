"""Who asks. Everything about the person is one sealed value; only its digests can be searched."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from functools import cached_property

from django.db import models
from django.utils import timezone

from gongkai.casework import choices
from gongkai_site.agencies import crypto

__all__ = ["Applicant", "Details", "IDENTITY_TYPES", "Seal"]

SEAL = "info_requests.applicant"
INDEX = "info_requests.person"

IDENTITY_TYPES = {
    "resident_id": "居民身份证",
    "credit_code": "统一社会信用代码",
    "passport": "护照",
    "permit": "港澳台居民来往内地（大陆）通行证",
    "other": "其他证件",
}


@dataclass(frozen=True, slots=True, repr=False)
class Details:
    """What the applicant stated about themselves (条例29(1)). It never prints itself."""

    name: str
    identity_type: str = ""
    identity: str = ""
    contact_person: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    postcode: str = ""

    def __repr__(self) -> str:
        return "Details(…)"

    @property
    def masked_identity(self) -> str:
        """The identity number as a screen shows it."""
        return crypto.mask_identity(self.identity) if self.identity else ""

    def seal(self) -> bytes:
        """Encrypt for the database."""
        return Seal.close(json.dumps(asdict(self), ensure_ascii=False))

    @classmethod
    def open(cls, sealed: bytes | memoryview) -> Details:
        """Decrypt what `seal` gave."""
        held = json.loads(Seal.open(sealed))
        known = {one.name for one in fields(cls)}
        return cls(**{key: value for key, value in held.items() if key in known})


class Seal:
    """Personal data of a case file at rest."""

    @staticmethod
    def close(text: str) -> bytes:
        """Encrypt."""
        return crypto.encrypt(text, purpose=SEAL)

    @staticmethod
    def open(sealed: bytes | memoryview) -> str:
        """Decrypt."""
        return crypto.decrypt(bytes(sealed), purpose=SEAL)

    @staticmethod
    def index(text: str) -> str:
        """A keyed digest by which the same person is found again."""
        return crypto.blind_index("".join(text.split()).upper(), purpose=INDEX)


class Applicant(models.Model):
    """The applicant of a case as they stated themselves then.

    `kind` is one of the six columns of Table 3. `person` is the digest of the identity number, or
    of name and telephone where none was given; `name` the digest of the name.
    """

    kind = models.CharField("申请人类别", max_length=24)
    sealed = models.BinaryField()
    person = models.CharField(max_length=64, db_index=True)
    name_index = models.CharField(max_length=64, db_index=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = "申请人"
        verbose_name_plural = "申请人"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=list(choices("applicant"))),
                name="applicant_kind_is_a_column",
            )
        ]

    def __str__(self) -> str:
        return f"申请人 {self.pk}"

    @property
    def is_natural(self) -> bool:
        """Whether the applicant is a natural person."""
        return self.kind == "natural_person"

    @cached_property
    def details(self) -> Details:
        """What the applicant stated; whoever shows it has asked for the permission."""
        return Details.open(self.sealed)

    @classmethod
    def of(cls, kind: str, details: Details) -> Applicant:
        """Make an unsaved applicant, sealed and indexed."""
        who = details.identity or f"{details.name}|{details.phone or details.email}"
        made = cls(
            kind=kind,
            sealed=details.seal(),
            person=Seal.index(who),
            name_index=Seal.index(details.name),
        )
        made.__dict__["details"] = details
        return made
