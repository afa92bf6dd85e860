"""The sign-in page: password, sign-on service, and in the demonstration a click."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from django.conf import settings
from django.db.models import Prefetch
from django.utils import timezone

from gongkai_site.agencies.models import Membership, User
from gongkai_site.agencies.roles import Role
from gongkai_site.agencies.signing import demo_is_open

__all__ = ["sign_in"]


class _SignIn(LoginView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the services configured, and the people of the demonstration where it is open."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["services"] = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
        context["people"] = _made_up_people() if demo_is_open(self.request) else []
        return context


sign_in = _SignIn.as_view()


def _made_up_people() -> list[tuple[User, str]]:
    """The people of the demonstration and what they are, in the order of the roles."""
    held = Membership.objects.valid_on(timezone.localdate()).select_related("agency")
    people = User.objects.filter(is_demo=True, is_active=True).prefetch_related(
        Prefetch("memberships", held, to_attr="held")
    )
    order = {role.value: place for place, role in enumerate(Role)}
    lines = []
    for user in people:
        roles = sorted(user.held, key=lambda one: order[one.role])
        if roles:
            words = "、".join(Role(one.role).label for one in roles)
            lines.append((order[roles[0].role], user, words))
    return [(user, words) for _, user, words in sorted(lines, key=lambda line: line[0])]
