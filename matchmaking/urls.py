"""Every address of the project, composed here and nowhere else."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

import companies.urls
import events.urls
from matchmaking.health import healthz
from matchmaking.views import (
    allotment,
    company_page,
    deal_from_match,
    desk,
    desk_exposure,
    desk_follow_ups,
    desk_indicators,
    desk_ledger,
    desk_letters,
    desk_matching,
    desk_problems,
    desk_reports,
    desk_verifying,
    docking,
    left_out,
    locked_month,
    narrowed,
    need_page,
    portal,
    portal_aftercare,
    public,
    standing,
)

figures = [
    path("", public.figures, name="index"),
    path("locked/<str:month>/", locked_month.locked_month, name="locked-month"),
    path("<slug:figure>/", public.figure_rows, name="rows"),
]
chains = [
    path("", public.chains, name="chain-list"),
    path("<slug:code>/", public.chain, name="chain-detail"),
]
directory: list[URLPattern | URLResolver] = [
    path("companies/", include(companies.urls.companies)),
    path("companies/<int:pk>/", company_page.company_page, name="company-detail"),
    path("buyers/", include(companies.urls.buyers)),
]
needs = [
    *companies.urls.needs,
    path("<int:pk>/", need_page.need_page, name="need-detail"),
    path("<int:pk>/propose/", need_page.propose, name="need-propose"),
    path("<int:pk>/suppliers/", narrowed.suppliers, name="need-suppliers"),
    path("<int:pk>/left-out/", left_out.left_out, name="need-left-out"),
    path("<int:pk>/left-out/ask/", left_out.ask, name="need-left-out-ask"),
]
portal_rooms = [
    path("", portal.home, name="home"),
    *companies.urls.portal,
    path("needs/<int:pk>/interest/", need_page.interest, name="interest"),
    path("needs/<int:pk>/standing/", standing.standing, name="need-standing"),
    path("matches/", portal.matches, name="matches"),
    path("matches/<int:pk>/answer/", portal.match_answer, name="match-answer"),
    path("deals/", portal.deals, name="deals"),
    path("meetings/", portal.meetings, name="meetings"),
    path("follow-ups/", portal_aftercare.follow_ups, name="follow-ups"),
    path("problems/", portal_aftercare.problems, name="problems"),
    path("problems/new/", portal_aftercare.problem_add, name="problem-add"),
    path("exposure/", portal_aftercare.own_exposure, name="exposure"),
    path("exposure/<int:supplier>/<int:buyer>/", portal_aftercare.own_exposure_deals, name="exposure-deals"),
]
desk_rooms = [
    path("", desk.home, name="home"),
    path("needs/", desk.needs, name="needs"),
    path("needs/<int:pk>/publish/", desk.need_publish, name="need-publish"),
    path("matches/", desk.matches, name="matches"),
    path("matches/<int:pk>/introduce/", need_page.introduce, name="match-introduce"),
    path("matches/<int:pk>/shortlist/", need_page.shortlist, name="match-shortlist"),
    path("matches/<int:pk>/drop/", need_page.drop, name="match-drop"),
    path("plans/", allotment.plans, name="plans"),
    path("plans/chains/<slug:code>/", allotment.chain, name="chain-plan"),
    path("plans/chains/<slug:code>/short-list/", allotment.chain_short_list, name="chain-short-list"),
    path("plans/events/<slug:slug>/", allotment.event, name="event-plan"),
    path("plans/events/<slug:slug>/short-list/", allotment.event_short_list, name="event-short-list"),
    path("deals/", desk_ledger.deals, name="deals"),
    path("deals/to-verify/", desk_verifying.deals_to_verify, name="deals-to-verify"),
    path("follow-ups/", desk_follow_ups.follow_ups, name="follow-ups"),
    path("problems/", desk_problems.problems, name="problems"),
    path("problems/new/", desk_problems.problem_add, name="problem-add"),
    path("visits/", desk_problems.visits, name="visits"),
    path("visits/new/", desk_problems.visit_add, name="visit-add"),
    path("visits/<int:pk>/", desk_problems.visit, name="visit"),
    path("exposure/", desk_exposure.buyers, name="exposure"),
    path("exposure/<int:pk>/", desk_exposure.buyer, name="exposure-buyer"),
    path("exposure/<int:pk>/deals/", desk_exposure.buyer_deals, name="exposure-deals"),
    path("exposure/suppliers/<int:pk>/", desk_exposure.supplier_deals, name="exposure-supplier"),
    path("companies/", desk.companies_to_verify, name="companies-to-verify"),
    path("companies/<int:pk>/verify/", desk.company_verify, name="company-verify"),
    path("representatives/<int:pk>/decide/", desk.representative_decide, name="representative-decide"),
    path("outbox/", desk_letters.letter_list, name="letter-list"),
    path("outbox/<int:pk>/", desk_letters.letter_resend, name="letter-resend"),
    path("imports/", desk_ledger.imports, name="imports"),
    path("matching/", desk_matching.matching, name="matching"),
    path("reports/", desk_reports.reports, name="reports"),
    path("reports/conversion/", desk_reports.conversions, name="conversion"),
    path("reports/lock/", desk_reports.lock_month, name="lock-month"),
    path("indicators/", desk_indicators.indicators, name="indicators"),
    path("indicators/new/", desk_indicators.indicator_add, name="indicator-add"),
    path("indicators/<int:pk>/", desk_indicators.indicator_correct, name="indicator"),
]
event_rooms = [
    *events.urls.events,
    path("<slug:slug>/invitations/suggested/", docking.invitation_suggested, name="invitation-suggested"),
    path("<slug:slug>/wishes/suggested/", docking.wishes_suggested, name="wishes-suggested"),
]
deals = [
    # Before the page below it, so that an introduction becomes a deal.
    path("desk/deals/new/", deal_from_match.deal_from_anything, name="deal-add"),
    *[address for address in events.urls.deals if address.name != "deal-add"],
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    *i18n_patterns(
        path("", public.home, name="home"),
        path("figures/", include((figures, "figures"))),
        path("chains/", include((chains, "chains"))),
        path("", include((directory, "companies"))),
        path("needs/", include((needs, "needs"))),
        path("choices/", include((companies.urls.choices, "choices"))),
        path("portal/", include((portal_rooms, "portal"))),
        path("desk/", include((desk_rooms, "desk"))),
        path("events/", include((event_rooms, "events"))),
        path("", include((deals, "deals"))),
        path("problems/", include((events.urls.problems, "problems"))),
        path("floor/", include((events.urls.floor, "floor"))),
        *events.urls.by_link,
        events.urls.confirm,
        *events.urls.links,
        path("admin/", admin.site.urls),
        path("accounts/", include("allauth.urls")),
    ),
]
