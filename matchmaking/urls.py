"""Every address of the project, composed here and nowhere else."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from matchmaking.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    *i18n_patterns(
        path("admin/", admin.site.urls),
        path("accounts/", include("allauth.urls")),
    ),
]
