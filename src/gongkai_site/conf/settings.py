"""Django's settings. What an installation may choose is read in `conf.environment`."""

from __future__ import annotations

import os
from pathlib import Path

from django.utils.csp import CSP

import gongkai
from gongkai_site.conf import environment

CONF = Path(__file__).resolve().parent
VAR = environment.var_folder()
UPLOADS = VAR / "uploads"
KEYS_FILE = VAR / "keys.json"
VERSION = gongkai.__version__

DEBUG = os.environ.get("GONGKAI_DEBUG") == "1"
SECRET_KEY = environment.secret_key(VAR)
ALLOWED_HOSTS = environment.hosts()
HTTPS = os.environ.get("GONGKAI_HTTPS") == "1"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tasks_db",
    "gongkai_site.agencies",
    "gongkai_site.info_requests",
    "gongkai_site.reporting",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "gongkai_site.reporting.uploads.RequestSizeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "gongkai_site.conf.urls"
WSGI_APPLICATION = "gongkai_site.conf.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [CONF / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "gongkai_site.conf.context.site",
            ],
        },
    }
]

DATABASES = {"default": environment.database(VAR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

AUTH_USER_MODEL = "agencies.User"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [CONF / "static"]

# Nothing in a page comes from elsewhere, and nothing in a page runs that is not a file of ours.
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_NAME = "gongkai_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "gongkai_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "gongkai_site.conf.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Uploads go to disk as they come; `reporting.uploads` drops a file that grows too long.
FILE_UPLOAD_HANDLERS = [
    "gongkai_site.reporting.uploads.LimitedFileHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
UPLOAD_FILE_BYTES = 64 * 1024 * 1024
UPLOAD_REQUEST_BYTES = 1024 * 1024 * 1024
UPLOAD_FILES = 200
UPLOAD_FILES_PER_HOUR = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = UPLOAD_FILES
READ_SECONDS = int(os.environ.get("GONGKAI_READ_SECONDS", "180"))
READ_MEMORY_BYTES = 4 * 1024 * 1024 * 1024

# Warnings and errors only, and the path of a page without its query: no one's name, no one's words.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["console"], "level": "WARNING", "propagate": False}},
}
