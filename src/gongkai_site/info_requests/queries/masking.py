"""A letter for those who work on it without having to know whose request it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace

from gongkai.papers.paper import Box, Paper, Paragraph, Table
from gongkai_site.info_requests.models import Applicant

__all__ = ["masked", "masking"]

_SHOWN = "×××"


def masked(paper: Paper, applicant: Applicant) -> Paper:
    """Return a paper in which name, numbers and addresses of the applicant are crossed out.

    Args:
        paper: a letter of the applicant's case.
        applicant: whose personal data are kept back.
    """
    hide = masking(applicant)
    blocks: list[Paragraph | Table] = []
    for one in paper.blocks:
        if isinstance(one, Paragraph):
            blocks.append(replace(one, text=hide(one.text)))
        else:
            rows = tuple(
                tuple(Box(hide(box.text), box.across, box.head, box.tall) for box in row)
                for row in one.rows
            )
            blocks.append(replace(one, rows=rows))
    return replace(
        paper,
        title=hide(paper.title),
        addressee=hide(paper.addressee),
        blocks=tuple(blocks),
        request=hide(paper.request),
    )


def masking(applicant: Applicant) -> Callable[[str], str]:
    """Return what crosses out an applicant's personal data in any text."""
    details = asdict(applicant.details)
    details.pop("identity_type")
    known = sorted((one for one in details.values() if len(one) > 1), key=len, reverse=True)

    def hide(text: str) -> str:
        for one in known:
            text = text.replace(one, _SHOWN)
        return text

    return hide
