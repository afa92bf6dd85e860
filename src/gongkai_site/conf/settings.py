"""Django's settings. What an installation may choose is read in `conf.environment`."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from django.utils.csp import CSP

import gongkai
from gongkai_site.conf import environment, mail

CONF = Path(__file__).resolve().parent
VAR = environment.var_folder()
UPLOADS = VAR / "uploads"
KEYS_FILE = VAR / "keys.json"
VERSION = gongkai.__version__

DEBUG = os.environ.get("GONGKAI_DEBUG") == "1"
SECRET_KEY = environment.secret_key(VAR)
ALLOWED_HOSTS = environment.hosts()
HTTPS = os.environ.get("GONGKAI_HTTPS") == "1"
TRUSTED_PROXIES = environment.proxies()
DEMO = environment.demo()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tasks_db",
    "gongkai_site.agencies",
    "gongkai_site.info_requests",
    "gongkai_site.disclosures",
    "gongkai_site.disclosures.channels",
    "gongkai_site.disclosures.imports",
    "gongkai_site.reporting",
    "gongkai_site.portal",
    # Where editors write; only what that takes (see docs/adr/0003).
    "gongkai_site.disclosures.pictures",
    "wagtail.contrib.table_block",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.images",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "modelsearch",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
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
    "allauth.account.middleware.AccountMiddleware",
    "gongkai_site.agencies.middleware.StaffMiddleware",
    "gongkai_site.disclosures.writing.gate.WritingGate",
    "axes.middleware.AxesMiddleware",
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
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    INSTALLED_APPS.append("django.contrib.postgres")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# Staff sign in with name, password and a code from their authenticator; nobody signs up.
AUTH_USER_MODEL = "agencies.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "gongkai_site.disclosures.writing.rights.WritingBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("MinimumLengthValidator", {"min_length": 10}),
        (
            "UserAttributeSimilarityValidator",
            {"user_attributes": ("username", "display_name", "email")},
        ),
        ("CommonPasswordValidator", {}),
    )
] + [{"NAME": "gongkai_site.agencies.passwords.KindsOfCharacters"}]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "staff:home"
LOGOUT_REDIRECT_URL = "account_login"
STAFF_IDLE_SECONDS = 30 * 60
STAFF_ONLY_ROOMS = ["reporting"] if os.environ.get("GONGKAI_REQUIRE_LOGIN") == "1" else []
ACCOUNT_ADAPTER = "gongkai_site.agencies.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_RATE_LIMITS = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "gongkai_site.agencies.adapters.SecondFactorAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "gongkai_site.agencies.forms.CodeForm",
    "reauthenticate": "gongkai_site.agencies.forms.CodeAgainForm",
}
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "公开"
MFA_TOTP_TOLERANCE = 1
SOCIALACCOUNT_ADAPTER = "gongkai_site.agencies.adapters.OneSignOnAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": environment.sign_on()}
}
SIGN_ON_CLAIM = os.environ.get("GONGKAI_OIDC_CLAIM", "preferred_username")
# Five wrong passwords or codes close an account to sign-in for a quarter of an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "gongkai_site.agencies.signing.sign_in_name"
AXES_LOCKOUT_TEMPLATE = "agencies/locked.html"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
# An account is locked whatever the address, so none need be told apart.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "login", "code", "csrfmiddlewaretoken"]

# Nothing is mailed until a mail server is named.
MAILERS = mail.mailers()
DEFAULT_FROM_EMAIL = mail.sender()
ESCALATE_DAYS = mail.escalate_days()

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [
    CONF / "static",
    # Head and foot are the same on live pages and on those built as files.
    ("gongkai/public", CONF.parent / "portal" / "build" / "assets"),
]
# Where `launch` gathers them, and those of Wagtail, for whoever serves files.
STATIC_ROOT = VAR / "static"

# Nothing in a page comes from elsewhere, and nothing in a page runs that is not a file of ours.
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "media-src": [CSP.SELF],
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

# Wagtail, as a place to write in. It asks nothing of any other machine, signs nobody in, publishes
# nothing and has no workflow: those are ours.
WAGTAIL_SITE_NAME = "公开"
WAGTAILADMIN_BASE_URL = ""
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_I18N_ENABLED = False
WAGTAIL_WORKFLOW_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_AUTOSAVE_INTERVAL = 2000
WAGTAIL_DATE_FORMAT = "%Y-%m-%d"
WAGTAIL_DATETIME_FORMAT = "%Y-%m-%d %H:%M"
WAGTAIL_TIME_FORMAT = "%H:%M"
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文")]
WAGTAILIMAGES_IMAGE_MODEL = "pictures.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "gongkai_site.disclosures.pictures.forms.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "gif", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
MEDIA_ROOT = UPLOADS / "pictures"
MEDIA_URL = "/staff/cms/pictures/"

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
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # Whose sign-in failed stands in the audit log.
        "axes": {"level": "ERROR"},
    },
}
