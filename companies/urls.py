"""Addresses of companies and needs; the project composes them with those of the packages above."""

from django.urls import path

from companies.views import choices as choice_views
from companies.views import directory, profile
from companies.views import needs as need_views

companies = [path("", directory.company_list, name="company-list")]
buyers = [path("", directory.buyer_list, name="buyer-list")]
needs = [path("", directory.need_list, name="need-list")]
choices = [
    path("buyers/", choice_views.buyers, name="buyers"),
    path("chains/", choice_views.chains, name="chains"),
    path("companies/", choice_views.companies, name="companies"),
    path("divisions/", choice_views.divisions, name="divisions"),
    path("headings/", choice_views.headings, name="headings"),
    path("nodes/", choice_views.nodes, name="nodes"),
    path("schemes/", choice_views.schemes, name="schemes"),
    path("sectors/", choice_views.sectors, name="sectors"),
    path("suppliers/", choice_views.suppliers, name="suppliers"),
]

portal = [
    path("claim/", profile.claim, name="company-claim"),
    path("companies/new/", profile.company_add, name="company-add"),
    path("companies/<int:pk>/", profile.edit, name="company-edit"),
    path("companies/<int:pk>/verification/", profile.verification_again, name="company-verify-again"),
    path("companies/<int:pk>/offerings/new/", profile.offering_add, name="offering-add"),
    path("offerings/<int:pk>/", profile.offering_edit, name="offering-edit"),
    path("offerings/<int:pk>/archive/", profile.offering_archive, name="offering-archive"),
    path("companies/<int:pk>/certificates/new/", profile.certification_add, name="certification-add"),
    path("certificates/<int:pk>/", profile.certification_edit, name="certification-edit"),
    path("companies/<int:pk>/contacts/new/", profile.contact_add, name="contact-add"),
    path("contacts/<int:pk>/", profile.contact_edit, name="contact-edit"),
    path("needs/", need_views.mine, name="need-list"),
    path("needs/new/", need_views.add, name="need-add"),
    path("needs/<int:pk>/", need_views.edit, name="need-edit"),
    path("needs/<int:pk>/publish/", need_views.publish, name="need-publish"),
    path("needs/<int:pk>/close/", need_views.close, name="need-close"),
    path("needs/<int:pk>/reopen/", need_views.reopen, name="need-reopen"),
]
