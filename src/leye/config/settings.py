"""Django's settings, from the environment.

``LEYE_VAR``: folder of everything that changes (pool, SQLite file, secret key).
``LEYE_PLAN``: the plan as data. ``DATABASE_URL``: PostgreSQL; SQLite when left out.
``LEYE_HOSTS``: host names served, by comma. ``LEYE_HTTPS=1``: served behind HTTPS.
``LEYE_DEMO_PEOPLE``, ``LEYE_DEMO_MONTHS``: size of the demonstration city; 0 people: none.
``LEYE_API_RATE``: most anonymous API requests of one address, such as ``600/m``; none when empty.
``LEYE_OPEN_PERSON_LIMIT``: most persons one account may open in an hour (60).
``LEYE_SERVE_REFRESH=0``: the server does not build registers when deliveries came.
``LEYE_PROXIES``: how many proxies stand in front (for the client's address).
``LEYE_VAULT_KEYS``: file of the identity vault's keys; else one is made in ``LEYE_VAR``.
``LEYE_SECRET_KEY``: else one is made in ``LEYE_VAR``. ``LEYE_DEBUG=1``: development only.
``LEYE_SITE_SPONSOR``, ``…_CONTACT``, ``…_IDENTIFIER``, ``…_ICP``, ``…_POLICE``: the foot of pages.
``LEYE_BOUNDARIES``, ``LEYE_BOUNDARIES_APPROVAL``: GeoJSON file of boundaries, and its 审图号.
``LEYE_CIRCLE_MODES``: YAML file of speeds and detours in place of the product's own.
"""

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from leye.config.database import database
from leye.config.logs import logging_settings
from leye.config.secret import secret_key
from leye.config.uploads import UPLOAD_LIMIT

REPOSITORY = Path(__file__).resolve().parents[3]


def _flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def _folder(name: str, default: Path) -> Path:
    return Path(os.environ.get(name) or default).resolve()


# What is Leye's own
LEYE_VAR = _folder("LEYE_VAR", REPOSITORY / "var")
LEYE_PLAN = _folder("LEYE_PLAN", REPOSITORY / "plan")
LEYE_POOL = LEYE_VAR / "pool"
LEYE_VAULT_KEYS = Path(os.environ.get("LEYE_VAULT_KEYS") or LEYE_VAR / "vault_keys").resolve()
LEYE_CITY = "360900"
LEYE_BOUNDARIES = os.environ.get("LEYE_BOUNDARIES", "")
LEYE_BOUNDARIES_APPROVAL = os.environ.get("LEYE_BOUNDARIES_APPROVAL", "")
LEYE_CIRCLE_MODES = os.environ.get("LEYE_CIRCLE_MODES", "")
# What the foot of every page must say of who runs the site; only what is set is shown.
LEYE_SITE = {
    label: value
    for name, label in (
        ("SPONSOR", "主办单位"),
        ("CONTACT", "联系方式"),
        ("IDENTIFIER", "网站标识码"),
        ("ICP", "ICP备案号"),
        ("POLICE", "公安备案号"),
    )
    if (value := os.environ.get(f"LEYE_SITE_{name}", ""))
}
LEYE_HTTPS = _flag("LEYE_HTTPS")
# The demonstration city that `prepare` loads; none in earnest, or with 0 people.
LEYE_DEMO_PEOPLE = int(os.environ.get("LEYE_DEMO_PEOPLE", "0" if LEYE_HTTPS else "50000"))
LEYE_DEMO_MONTHS = int(os.environ.get("LEYE_DEMO_MONTHS", "13"))
LEYE_API_RATE = os.environ.get("LEYE_API_RATE", "")
LEYE_OPEN_PERSON_LIMIT = int(os.environ.get("LEYE_OPEN_PERSON_LIMIT", "60"))
LEYE_PROXIES = int(os.environ.get("LEYE_PROXIES", "0"))
LEYE_UPLOAD_LIMIT = UPLOAD_LIMIT
LEYE_VAR.mkdir(parents=True, exist_ok=True)

DEBUG = _flag("LEYE_DEBUG")
SECRET_KEY = os.environ.get("LEYE_SECRET_KEY") or secret_key(LEYE_VAR / "secret_key")
ALLOWED_HOSTS = [
    host.strip()
    for host in os.environ.get("LEYE_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
    if host.strip()
]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "leye.service.identity",
    "leye.service.network",
    "leye.service.review",
    "leye.service.monitoring",
    "leye.service.response",
    "leye.service.scenario",
    "leye.doors.web",
    "leye.doors.portal",
    "leye.doors.console",
    "leye.doors.api",
]
MIDDLEWARE = [
    "leye.config.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "leye.config.middleware.response_headers",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "leye.doors.web.middleware.LeyeErrorMiddleware",
]
ROOT_URLCONF = "leye.config.urls"
WSGI_APPLICATION = "leye.config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ]
        },
    }
]

# Databases, caches, files
DATABASES = {
    "default": database(os.environ.get("DATABASE_URL", ""), file=LEYE_VAR / "leye.sqlite3")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STATIC_URL = "/static/"
STATIC_ROOT = LEYE_VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
FILE_UPLOAD_HANDLERS = [
    "leye.config.uploads.LimitUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 1

# Language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# Accounts and sessions
AUTH_USER_MODEL = "identity.User"
LOGIN_URL = "console:sign_in"
LOGIN_REDIRECT_URL = "console:home"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = LEYE_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = LEYE_HTTPS

# Headers
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if LEYE_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

LOGGING = logging_settings(os.environ.get("LEYE_LOG_LEVEL", "INFO"))
