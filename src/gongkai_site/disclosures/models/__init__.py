"""What this room keeps. Written only by `service`."""

from gongkai_site.disclosures.models.codes import Code, CodeKind, CodeList
from gongkai_site.disclosures.models.columns import Column, ColumnEntry, ColumnKind
from gongkai_site.disclosures.models.disclosure import (
    CONTENT_FIELDS,
    DOCUMENT_KINDS,
    Attachment,
    AttachmentText,
    Disclosure,
    Kind,
    Nature,
    Stage,
    State,
    Validity,
)
from gongkai_site.disclosures.models.events import (
    Change,
    ChangeKind,
    DisclosureEvent,
    EventKind,
    IndexPattern,
    IndexSeries,
)

__all__ = [
    "CONTENT_FIELDS",
    "DOCUMENT_KINDS",
    "Attachment",
    "AttachmentText",
    "Change",
    "ChangeKind",
    "Code",
    "CodeKind",
    "CodeList",
    "Column",
    "ColumnEntry",
    "ColumnKind",
    "Disclosure",
    "DisclosureEvent",
    "EventKind",
    "IndexPattern",
    "IndexSeries",
    "Kind",
    "Nature",
    "Stage",
    "State",
    "Validity",
]
