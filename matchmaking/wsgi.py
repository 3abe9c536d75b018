"""The WSGI application that the server loads."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

NEW_OBJECTS = 20_000
"""Objects made before the collector looks for rings among them; a page makes some tens of thousands."""

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
application = get_wsgi_application()

# What is loaded now stays until the process ends. Without it the collector walks through all of it in the
# midst of a page, which takes longer than many pages.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
gc.set_threshold(NEW_OBJECTS, 10, 10)
