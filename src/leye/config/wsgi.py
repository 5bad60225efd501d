"""The entry point for a WSGI server: ``gunicorn leye.config.wsgi``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leye.config.settings")

application = get_wsgi_application()
