"""The pages of sign-in and administration, and what other rooms' pages need of them."""

from gongkai_site.agencies.views.gates import fresh_mfa_required, staff_required

__all__ = ["fresh_mfa_required", "staff_required"]
