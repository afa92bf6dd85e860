"""The form's parts, in the order a clerk thinks: what it is, what it says, what comes with it,
where it belongs, whether it may be public, and what it has to do with others."""

from __future__ import annotations

from typing import Any

from django import forms
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, Panel

from gongkai_site.disclosures.writing import places
from gongkai_site.disclosures.writing.forms import DisclosureForm

__all__ = ["edit_handler"]


class _ShownPanel(Panel):
    """A part of the page that is shown and not filled in here."""

    def __init__(self, template: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.template = template

    def clone_kwargs(self) -> dict[str, Any]:
        """What another panel like this is made of."""
        return super().clone_kwargs() | {"template": self.template}

    class BoundPanel(Panel.BoundPanel):
        """The panel of one document."""

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.template_name = self.panel.template

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Tell the template which document, and where it is worked on."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            pk = self.instance.pk
            return context | {"document": self.instance, "item": places.item(pk) if pk else ""}


def _day(name: str, help_text: str = "") -> FieldPanel:
    """A date, by the browser's own picker: Wagtail's starts with a script within the page."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return FieldPanel(name, widget=widget, help_text=help_text)


def edit_handler() -> Any:
    """Return the form's parts."""
    return ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel(
                        "title", help_text="文件的完整名称，不加书名号。", required_on_save=True
                    ),
                    FieldPanel(
                        "kind",
                        help_text="规章、规范性文件和其他文件会标出“有效”或者“废止”；年度报告按这一项统计。",
                    ),
                    FieldPanel("doc_number", help_text="例如 穗商务〔2026〕12号。没有文号的留空。"),
                    _day("written_on", "落款上的日期。"),
                    _day("formed_on", "从这一天起二十个工作日内必须公开（条例第二十六条）。"),
                    FieldPanel("valid_until"),
                    FieldPanel("publisher", help_text="留空就是本机关。"),
                    FieldPanel("maker", help_text="与发布机构不同的才填。"),
                    FieldPanel("lead_organ", help_text="几个机关联合制作的，填牵头的。"),
                    FieldPanel("office"),
                    FieldPanel("source", help_text="转载的填原来的出处。"),
                    FieldPanel("author", help_text="需要署作者的才填。"),
                ],
                heading="文件是什么",
                icon="doc-full-inverse",
            ),
            MultiFieldPanel(
                [_ShownPanel("disclosures/writing/paste.html"), FieldPanel("body")],
                heading="正文",
                icon="pilcrow",
            ),
            _ShownPanel("disclosures/writing/attachments.html", heading="附件", icon="doc-full"),
            MultiFieldPanel(
                [
                    FieldPanel("column", help_text="公开后出现在这个栏目。"),
                    FieldPanel("more_columns", widget=forms.CheckboxSelectMultiple),
                    FieldPanel("topic"),
                    FieldPanel("genre"),
                    FieldPanel("audience"),
                    FieldPanel("keywords", help_text="三到五个，用空格隔开。"),
                    FieldPanel("summary", help_text="一两句话，出现在列表和搜索结果里。"),
                ],
                heading="分类",
                icon="tag",
            ),
            _ShownPanel("disclosures/writing/nature.html", heading="公开属性", icon="view"),
            MultiFieldPanel(
                [FieldPanel("interprets"), FieldPanel("related")], heading="关系", icon="link"
            ),
        ],
        base_form_class=DisclosureForm,
    )
