"""Firms that the engine suggests for an event: to invite, and to meet, each with its reasons."""

import pytest
from django.core import mail

from accounts.models import User
from accounts.outbox import deliver
from companies.models import Company, SourcingNeed
from events.models import DockingEvent, Invitation, Registration
from matchmaking.docking import firms_that_fit, guests_needs, suggested_partners
from matchmaking.engine.needs import need_features
from matchmaking.engine.reverse import ranked_needs, ranked_needs_of
from matchmaking.engine.suggestions import between
from tests.events.pages import signed_in
from tests.factories.companies import (
    make_buyer,
    make_company,
    make_need,
    make_offering,
    make_posting,
    make_representative,
)
from tests.factories.events import make_event, make_invitation, make_registration, make_wish
from tests.factories.matchmaking import index
from tests.pages import get, post, text_of, told

pytestmark = pytest.mark.django_db

PAGE = "events:invitation-suggested"


class Docking:
    """An event with a guest who needs pumps; a maker of pumps and a tailor, neither invited."""

    def __init__(self) -> None:
        self.event: DockingEvent = make_event()
        self.chief: User = make_posting(division=self.event.host).user
        self.buyer = make_buyer()
        self.need = self.needs(self.buyer, "Water pump")
        self.guest: Registration = make_registration(self.event, self.buyer)
        self.maker = self.firm("Water pump")
        self.tailor = self.firm("Wedding dress")

    def needs(self, buyer: Company, title: str) -> SourcingNeed:
        return make_need(buyer, title_zh="", title_en=title)

    def firm(self, name: str) -> Company:
        company = make_company()
        make_offering(company, name_zh="", name_en=name)
        make_representative(company=company)
        return company

    def fits(self) -> list[tuple[Company, tuple[SourcingNeed, ...]]]:
        index()
        needs = guests_needs(self.event, self.chief)
        return [(fit.company, fit.needs) for fit in firms_that_fit(self.event, self.chief, needs)]


@pytest.fixture
def docking(db: None) -> Docking:
    return Docking()


def test_firm_that_fits_a_guest_s_need_stands_first_with_the_need(docking: Docking) -> None:
    assert docking.fits()[0] == (docking.maker, (docking.need,))


def test_who_is_invited_or_registered_is_not_suggested_again(docking: Docking) -> None:
    make_invitation(docking.event, docking.maker)
    make_registration(docking.event, docking.tailor)
    assert docking.fits() == []


def test_guest_on_the_waiting_list_brings_no_suggestions(docking: Docking) -> None:
    Registration.objects.update(state="waiting")
    assert (docking.fits(), guests_needs(docking.event, docking.chief)) == ([], [])


def test_need_that_the_guest_shows_comes_before_their_newer_ones(docking: Docking) -> None:
    docking.guest.needs.set([docking.need])
    newer = docking.needs(docking.buyer, "Valve")
    assert guests_needs(docking.event, docking.chief) == [docking.need, newer]


def test_suggested_firm_is_invited_with_the_needs_that_it_fits(docking: Docking) -> None:
    index()
    assert "Water pump" in text_of(get(docking.chief, PAGE, docking.event.slug))
    post(docking.chief, PAGE, docking.event.slug, firm=docking.maker.pk)
    row = Invitation.objects.get()
    deliver()
    assert (row.company, row.origin) == (docking.maker, Invitation.Origin.SUGGESTED)
    assert [str(docking.need) in message.body for message in mail.outbox] == [True]


def test_firm_that_was_not_suggested_is_not_invited_by_its_key(docking: Docking) -> None:
    index()
    hidden = make_company(verification="pending")
    answer = post(docking.chief, PAGE, docking.event.slug, firm=hidden.pk)
    assert (told(answer), Invitation.objects.count()) == (["Tick the firms that are to be invited."], 0)


def test_suggestions_and_plan_of_an_event_lead_to_each_other(docking: Docking) -> None:
    make_registration(docking.event, docking.tailor)
    index()
    browser = signed_in(docking.chief)
    plan = f"/en/desk/plans/events/{docking.event.slug}/"
    invite = f"/en/events/{docking.event.slug}/invitations/suggested/"
    assert invite in browser.get(plan).content.decode()
    assert plan in browser.get(invite).content.decode()


# Partners of a firm that comes


def test_supplier_sees_the_guest_whose_need_it_fits_with_reasons(docking: Docking) -> None:
    comes = make_registration(docking.event, docking.maker)
    seller = make_representative(company=docking.maker).user
    index()
    (item,) = suggested_partners(comes, Registration.objects.filter(pk=docking.guest.pk), seller)
    assert (item.need, item.company, bool(item.score.reasons)) == (docking.need, docking.maker, True)


def test_buyer_sees_the_better_supplier_first(docking: Docking) -> None:
    rows = [make_registration(docking.event, firm).pk for firm in (docking.tailor, docking.maker)]
    purchaser = make_representative(company=docking.buyer).user
    index()
    found = suggested_partners(docking.guest, Registration.objects.filter(pk__in=rows), purchaser)
    assert found[0].company == docking.maker


def test_page_of_suggested_partners_says_why_and_what_was_wished(docking: Docking) -> None:
    comes = make_registration(docking.event, docking.maker)
    make_wish(docking.guest, comes, strength="must")
    purchaser = make_representative(company=docking.buyer).user
    index()
    page = signed_in(purchaser).get(f"/en/events/{docking.event.slug}/wishes/suggested/").content.decode()
    assert (docking.maker.name_en in page, 'value="must" aria-pressed="true"' in page) == (True, True)
    assert 'class="reasons' in page


def test_of_each_pair_the_best_need_is_named(docking: Docking) -> None:
    better = docking.needs(docking.buyer, "Water pump housing with water pump")
    index()
    pairs = between([docking.need, better], [docking.maker, docking.tailor])
    assert len([item for item in pairs if item.company == docking.maker]) == 1
    scores = [item.score.total for item in pairs]
    assert scores == sorted(scores, reverse=True)


def test_nobody_is_suggested_to_themselves(docking: Docking) -> None:
    both = make_company(buys=True)
    make_offering(both, name_zh="", name_en="Water pump")
    own = docking.needs(both, "Water pump")
    index()
    assert between([own], [both]) == ()


def test_many_firms_at_once_are_ranked_as_each_alone(docking: Docking) -> None:
    index()
    features = need_features([docking.need, docking.needs(docking.buyer, "Dress")])
    firms = [docking.maker, docking.tailor, make_company()]
    together = ranked_needs_of([firm.pk for firm in firms], features)
    assert together == {firm.pk: ranked_needs(firm, features) for firm in firms}
