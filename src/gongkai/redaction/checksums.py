"""Numbers that prove themselves: citizens' identity numbers, bank cards."""

from __future__ import annotations

from datetime import date

__all__ = ["is_bank_card", "is_identity_number", "is_old_identity_number"]

# GB 11643: the weights of the first 17 digits, and the check character by remainder.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_CARD_LENGTHS = range(16, 20)


def is_identity_number(text: str) -> bool:
    """True for an 18-character identity number with a possible birthday and the right check."""
    if len(text) != 18 or not (text[:17].isascii() and text[:17].isdigit()):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == text[17].upper() and _is_day(text[6:14])


def is_old_identity_number(text: str) -> bool:
    """True for a 15-digit number, as issued until 1999, with a possible birthday."""
    return len(text) == 15 and text.isascii() and text.isdigit() and _is_day("19" + text[6:12])


def is_bank_card(text: str) -> bool:
    """True for 16 to 19 digits that pass the Luhn check (GB/T 15694)."""
    if len(text) not in _CARD_LENGTHS or not (text.isascii() and text.isdigit()):
        return False
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(text))]
    return len(set(text)) > 1 and sum(sum(divmod(one, 10)) for one in doubled) % 10 == 0


def _is_day(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return False
    return True
