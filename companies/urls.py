"""Addresses of companies and needs; the project composes them with those of the packages above."""

from django.urls import path

from companies.views import choices as choice_views
from companies.views import directory

companies = [path("", directory.company_list, name="company-list")]
buyers = [path("", directory.buyer_list, name="buyer-list")]
needs = [path("", directory.need_list, name="need-list")]
choices = [
    path(f"{name}/", getattr(choice_views, name), name=name)
    for name in (
        "buyers",
        "chains",
        "companies",
        "divisions",
        "headings",
        "nodes",
        "schemes",
        "sectors",
        "suppliers",
    )
]
