"""Wagtail's pages for documents, cut down to writing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.functional import cached_property
from wagtail.admin.ui.tables import UpdatedAtColumn
from wagtail.admin.views.generic.mixins import RevisionsRevertMixin
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry
from wagtail.snippets.views import snippets

from gongkai_site.agencies.actors import Actor, Refused
from gongkai_site.agencies.models import User
from gongkai_site.disclosures import service
from gongkai_site.disclosures.errors import DisclosureError, Stale
from gongkai_site.disclosures.models import Disclosure, Stage
from gongkai_site.disclosures.writing import panels, places
from gongkai_site.disclosures.writing.policy import disclosure_policy
from gongkai_site.disclosures.writing.rights import actor_for

__all__ = ["DisclosureViewSet"]

_BEGUN, _SENT = "wagtail.create", "wagtail.edit"


class _Drafts(snippets.IndexView):
    """What is being written in one's own body; the whole catalogue is on our own page."""

    page_title = "正在起草的文件"
    default_ordering = "-pk"

    @cached_property
    def columns(self) -> list[Any]:
        """Without boxes to tick: nothing is done to many drafts at once."""
        return [one for one in super().columns if one.name != "bulk_actions"]


class _Writes:
    """What the pages for writing have in common: `service` keeps the draft, or says why not."""

    request: HttpRequest
    form: Any
    new_revision: Any
    produced_error_code: str | None
    produced_error_message: str | None

    def get_available_actions(self) -> list[str]:
        """Keep the draft; nothing else is done here."""
        return ["create"] if self.view_name == "create" else ["edit"]  # type: ignore[attr-defined]

    def form_valid(self, form: Any) -> HttpResponseBase:
        """Keep it; what `service` refuses is shown at the field at fault."""
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except (DisclosureError, Refused) as error:
            self.produced_error_code, self.produced_error_message = "refused", str(error)
            field = getattr(error, "field", "")
            form.add_error(field if field in form.fields else None, str(error))
            return self.form_invalid(form)  # type: ignore[attr-defined]

    def save_instance(self) -> Disclosure:
        """Have `service` keep the draft."""
        row = self._keep(actor_for(self.request.user))
        self.new_revision = row.latest_revision
        return row.get_latest_revision_as_object()

    def _keep(self, actor: Actor) -> Disclosure:
        raise NotImplementedError


class _Add(_Writes, snippets.CreateView):
    """A new document, from its first words on."""

    def _keep(self, actor: Actor) -> Disclosure:
        """Begin the document; the same form sent twice begins one, and goes on with it.

        What the button sends is the form's last word: what the editor sent by itself before it,
        and arrives after it, is older, and refused.
        """
        user, sending = self.request.user, self.form.cleaned_data.get("sending")
        with transaction.atomic():
            # Both wait for the account's row: the second finds what the first has begun.
            User.objects.select_for_update().get(pk=actor.user_id or 0)
            told = ModelLogEntry.objects.filter(user=user, uuid=sending).exclude(uuid=None)
            if self.expects_json_response and told.filter(action=_SENT).exists():
                raise Stale("这一页上的内容已经保存过了。要接着写，请从“起草文件”里打开它。")
            begun = told.filter(action=_BEGUN).first()
            if begun is not None:
                row = service.save_draft(actor, int(begun.object_id), self.form.facts())
            else:
                row = service.create(actor, self.form.facts())
                log(row, _BEGUN, user=user, uuid=sending, revision=row.latest_revision)
            if not self.expects_json_response:
                log(row, _SENT, user=user, uuid=sending, revision=row.latest_revision)
        return row


class _Edit(_Writes, snippets.EditView):
    """A draft. What was submitted or published is looked at on our own page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send on what cannot be written any more, and who may only look."""
        may = self.user_has_permission("change")
        if request.method == "GET" and (self.object.stage != Stage.DRAFT or not may):
            if may:
                messages.info(
                    request, "这份文件不在起草中，不能修改。要修改，请先退回起草或者开始修订。"
                )
            return HttpResponseRedirect(places.item(self.object.pk))
        return super().dispatch(request, *args, **kwargs)

    def _keep(self, actor: Actor) -> Disclosure:
        going_on = self.overwrite_revision
        return service.save_draft(
            actor,
            self.object.pk,
            self.form.facts(),
            going_on=going_on.pk if going_on is not None else None,
        )


class _Revert(RevisionsRevertMixin, _Edit):
    """An earlier version taken up again, as a new one."""

    view_name = "revisions_revert"

    def save_instance(self) -> Disclosure:
        """Have `service` keep it, as any other draft."""
        self.has_content_changes = self.form.has_changed()
        return _Writes.save_instance(self)

    def _keep(self, actor: Actor) -> Disclosure:
        return service.save_draft(actor, self.object.pk, self.form.facts())


class _Compare(snippets.RevisionsCompareView):
    """Two versions side by side, for whoever reviews too."""

    permission_required = "view"


class _History(snippets.HistoryView):
    """Every version kept, for whoever reviews too."""

    any_permission_required = ("view",)
    # Its filter by date starts with a script within the page; a document has few versions.
    filterset_class = None
    verbose_name_plural = "条记录"


class _Revision(snippets.PreviewRevisionView):
    """One version as a page, for whoever reviews too."""

    permission_required = "view"


class DisclosureViewSet(snippets.SnippetViewSet):
    """Documents being written."""

    model = Disclosure
    icon = "doc-full"
    menu_label = "起草文件"
    index_view_class = _Drafts
    add_view_class = _Add
    edit_view_class = _Edit
    revisions_revert_view_class = _Revert
    history_view_class = _History
    revisions_compare_view_class = _Compare
    revisions_view_class = _Revision
    list_display = ("title", "doc_number", "due_on", UpdatedAtColumn())
    list_per_page = 20
    copy_view_enabled = False
    inspect_view_enabled = False
    add_to_settings_menu = False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """The drafts of one's own body, newest first."""
        policy = disclosure_policy(Disclosure)
        rows = policy.instances_user_has_permission_for(request.user, "view")
        return rows.filter(stage=Stage.DRAFT).order_by("-pk")

    def get_edit_handler(self) -> Any:
        """The form's parts."""
        return panels.edit_handler().bind_to_model(self.model)
