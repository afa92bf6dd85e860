"""The WSGI application an app server is given."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai_site.conf.settings")
application = get_wsgi_application()
