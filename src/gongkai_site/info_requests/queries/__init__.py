"""What lists, pages and reports need to know. Nothing here writes."""

from gongkai_site.info_requests.queries.casefile import (
    CaseFile,
    Line,
    case_file,
    folded_of,
    form_paper,
    letter_docx,
    letter_pdf,
    timeline,
)
from gongkai_site.info_requests.queries.desk import (
    BUCKETS,
    Counts,
    Filters,
    Page,
    Row,
    case_for,
    counts,
    desk,
    visible,
)
from gongkai_site.info_requests.queries.hints import (
    Frequency,
    Similar,
    duplicates,
    frequency,
    publish_hint,
)
from gongkai_site.info_requests.queries.report import table3, table3_cell, table4, table4_cell

__all__ = [
    "BUCKETS",
    "CaseFile",
    "Counts",
    "Filters",
    "Frequency",
    "Line",
    "Page",
    "Row",
    "Similar",
    "case_file",
    "case_for",
    "counts",
    "desk",
    "duplicates",
    "folded_of",
    "form_paper",
    "frequency",
    "letter_docx",
    "letter_pdf",
    "publish_hint",
    "table3",
    "table3_cell",
    "table4",
    "table4_cell",
    "timeline",
    "visible",
]
