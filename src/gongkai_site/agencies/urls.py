"""The addresses of staff sign-in and administration, all under /staff/."""

from __future__ import annotations

from django.urls import path

from gongkai_site.agencies.views import home, logs, organs, people

app_name = "staff"

urlpatterns = [
    path("", home.home, name="home"),
    path("organ", home.choose_agency, name="choose-agency"),
    path("account/", home.account, name="account"),
    path("activate/<str:uidb64>/<str:token>/", home.activate, name="activate"),
    path("demo", home.demo, name="demo"),
    path("people/", people.listing, name="people"),
    path("people/add", people.add, name="person-add"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/change", people.change, name="person-change"),
    path("people/<int:pk>/disable", people.disable, name="person-disable"),
    path("people/<int:pk>/enable", people.enable, name="person-enable"),
    path("people/<int:pk>/password", people.reset_password, name="password-reset"),
    path("people/<int:pk>/second-factor", people.reset_factor, name="second-factor-reset"),
    path("people/<int:pk>/roles", people.grant, name="role-grant"),
    path("people/<int:pk>/roles/<int:held>/end", people.end_role, name="role-end"),
    path("proposals/", people.proposals, name="proposals"),
    path("proposals/<int:pk>", people.decide, name="proposal-decide"),
    path("organs/", organs.listing, name="organs"),
    path("organs/add", organs.add, name="organ-add"),
    path("organs/<int:pk>/", organs.organ, name="organ"),
    path("organs/<int:pk>/succeed", organs.succeed, name="organ-succeed"),
    path("organs/<int:pk>/offices", organs.add_office, name="office-add"),
    path("organs/<int:pk>/offices/<int:office>", organs.change_office, name="office-change"),
    path("audit/", logs.audit_log, name="audit"),
    path("audit/verify", logs.check_chain, name="audit-verify"),
    path("audit/export.csv", logs.export, name="audit-export"),
    path("locks/", logs.locks, name="locks"),
    path("locks/open", logs.open_lock, name="lock-open"),
]
