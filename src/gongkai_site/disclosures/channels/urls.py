"""The addresses of channels, under /staff/disclosures/channels/."""

from __future__ import annotations

from django.urls import path, re_path

from gongkai_site.disclosures.channels.views import documents, lists, places, settings

app_name = "channels"

urlpatterns = [
    path("", lists.listing, name="list"),
    re_path(r"^(?P<pk>\d{1,12})/(?P<verb>retry|cancel|confirm)$", lists.act, name="act"),
    path("registry/", lists.registry, name="registry"),
    path("registry/<int:pk>/close", lists.close_channel, name="channel-close"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("documents/<int:pk>/record", documents.record, name="record"),
    path("documents/<int:pk>/send", documents.send, name="send"),
    path("documents/<int:pk>/wechat", documents.preview, name="preview"),
    path("settings/", settings.wechat, name="settings"),
    path("settings/check", settings.check, name="check"),
    path("places/", places.listing, name="places"),
    path("places/<int:pk>/", places.place, name="place"),
    path("places/<int:pk>/close", places.close, name="place-close"),
    path("places/<int:pk>/transfers", places.make, name="transfer-make"),
    path("transfers/<int:pk>/", places.transfer, name="transfer"),
    path("transfers/<int:pk>/hand-over", places.hand_over, name="hand-over"),
    re_path(
        r"^transfers/(?P<pk>\d{1,12})/list\.(?P<suffix>xlsx|pdf)$", places.download, name="download"
    ),
]
