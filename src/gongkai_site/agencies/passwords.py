"""What a password must be, beyond its length."""

from __future__ import annotations

from django.core.exceptions import ValidationError

__all__ = ["KindsOfCharacters"]


class KindsOfCharacters:
    """Ask for three of: small letters, capitals, digits, other signs (等级保护的口令复杂度)."""

    wanted = 3

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError for a password of fewer kinds."""
        kinds = {
            "digit"
            if char.isdigit()
            else "small"
            if char.islower()
            else "capital"
            if char.isupper()
            else "sign"
            for char in password
        }
        if len(kinds) < self.wanted:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return "密码要包含小写字母、大写字母、数字、符号中的至少三种。"
