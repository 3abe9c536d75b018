"""Every address of the project, composed here and nowhere else."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from matchmaking.health import healthz
from matchmaking.views import public

figures = [
    path("", public.figures, name="index"),
    path("<slug:figure>/", public.figure_rows, name="rows"),
]
chains = [
    path("", public.chains, name="chain-list"),
    path("<slug:code>/", public.chain, name="chain-detail"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    *i18n_patterns(
        path("", public.home, name="home"),
        path("figures/", include((figures, "figures"))),
        path("chains/", include((chains, "chains"))),
        path("admin/", admin.site.urls),
        path("accounts/", include("allauth.urls")),
    ),
]
