"""Settings of the tests: fast passwords, mail kept in memory, files in a folder of their own."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver keeps an event loop

from matchmaking.settings import *  # noqa: F403  # everything else as it is

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="duijie-media-"))
WHITENOISE_AUTOREFRESH = True  # static files are read where they lie, nothing is collected for a test
