"""The system administrator's page on the public site."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from gongkai_site.agencies import queries, service
from gongkai_site.agencies.actors import Refused, actor_of
from gongkai_site.agencies.views.gates import staff_required
from gongkai_site.portal.build import work
from gongkai_site.portal.build.live import site_facts, site_of
from gongkai_site.portal.models import Site
from gongkai_site.portal.site import SITE_FIELDS, change_site, rebuild_site

__all__ = ["rebuild", "site"]

_HINTS = {
    "domain": "例如 swj.gz.gov.cn。二维码、订阅、网站地图都用它。",
    "code": "10位，例如 4401000012；每一页都标明。",
    "icp": "例如 粤ICP备05000000号",
    "police": "例如 粤公网安备 44010000000000号",
    "email": "“我要纠错”写到这个邮箱；没有的，引到机构信息。",
    "https": "公开网站用 https:// 打开的，勾选。",
}


class SiteForm(forms.ModelForm):
    """Everything every page says of the site."""

    class Meta:
        model = Site
        fields = SITE_FIELDS
        help_texts = _HINTS

    def __init__(self, *args: object, **kwargs: object) -> None:
        within = kwargs.pop("within")
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["agency"].queryset = within  # type: ignore[attr-defined]
        self.fields["agency"].label = "公开的机关"
        for name, field in self.fields.items():
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"{self[name].id_for_label}_hint"


def _first(site: Site | None) -> dict[str, object]:
    """What a form begins with where nothing has been told yet."""
    if site is not None:
        return {}
    agency, facts = site_facts()
    names = ("name", "sponsor", "address", "postcode", "phone", "email")
    return {"agency": agency or None, "https": True} | {n: getattr(facts, n) for n in names}


@require_http_methods(["GET", "POST"])
@staff_required
def site(request: HttpRequest) -> HttpResponse:
    """Say whose site it is, and see how the last build went."""
    actor = actor_of(request)
    service.require(actor, "site.manage", agency_id=None)
    held = site_of()
    form = SiteForm(
        request.POST or None,
        instance=held,
        initial=_first(held),
        within=queries.agencies_within(actor, "site.manage"),
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_site(actor, form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, "已经保存。网站的每一页都会更新，文件多的要等几分钟。")
            return HttpResponseRedirect(reverse("site:site"))
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "build": work.status(), "told": held is not None}
    return render(request, "portal/site.html", context, status=status)


@require_POST
@staff_required
def rebuild(request: HttpRequest) -> HttpResponse:
    """Build every page anew."""
    rebuild_site(actor_of(request))
    messages.success(request, "已经开始全部重建。完成以前，网站照常打开。")
    return HttpResponseRedirect(reverse("site:site"))
