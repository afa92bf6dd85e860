"""The WSGI application an app server is given: the public site's files, and Django behind them."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from gongkai_site.conf.public_files import PublicFiles

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai_site.conf.settings")
application = PublicFiles(
    get_wsgi_application(), settings.VAR / "public", settings.SECURE_CSP, https=settings.HTTPS
)
