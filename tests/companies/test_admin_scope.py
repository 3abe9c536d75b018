"""What officials find in the admin of companies and needs, and what they do not."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from companies.models import (
    Certification,
    Company,
    Contact,
    Division,
    IndustrialChain,
    Offering,
    Posting,
    Representative,
    SourcingNeed,
)
from tests.admin_scenes import City, make_city
from tests.factories.companies import (
    make_certification,
    make_company,
    make_contact,
    make_division,
    make_need,
    make_node,
    make_offering,
    make_posting,
    make_representative,
    make_sector,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def city() -> City:
    return make_city()


def text_of(client: Client, name: str, *args: object, **query: str) -> str:
    """The page of an admin address in English."""
    response = client.get(reverse(f"admin:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def act(client: Client, model: str, action: str, *keys: int, **more: str) -> str:
    """The page after an action of a list on the rows of those keys."""
    data = {"action": action, "index": "0", ACTION_CHECKBOX_NAME: [str(key) for key in keys], **more}
    return client.post(reverse(f"admin:{model}_changelist"), data, follow=True).content.decode()


def company_form(company: Company, **changes: object) -> dict[str, object]:
    """What a browser posts for a company's form, with changes."""
    data: dict[str, object] = {
        "name_zh": company.name_zh,
        "name_en": company.name_en,
        "brands": "",
        "credit_code": company.credit_code or "",
        "country": company.country,
        "supplies": "on",
        "division": company.division_id or "",
        "parent": company.parent_id or "",
    }
    for prefix in ("representatives", "contacts", "certifications", "offerings"):
        data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return data | changes


def test_list_shows_own_and_published_companies_only(client: Client, city: City) -> None:
    client.force_login(city.rui)
    page = text_of(client, "companies_company_changelist")
    shown = {name for name in ("Firm Works", "Hidden Works", "Public Works") if name in page}
    assert shown == {"Firm Works", "Public Works"}


def test_search_does_not_find_what_the_list_hides(client: Client, city: City) -> None:
    client.force_login(city.rui)
    assert "0 companies" in text_of(client, "companies_company_changelist", q="Hidden")


def test_hidden_company_has_no_page(client: Client, city: City) -> None:
    client.force_login(city.rui)
    for name in ("change", "history", "delete"):
        response = client.get(reverse(f"admin:companies_company_{name}", args=[city.hidden.pk]))
        assert response.status_code in {302, 403, 404}
        assert "Hidden Works" not in response.content.decode()


def test_published_company_of_others_is_read_without_its_private_figures(client: Client, city: City) -> None:
    Company.objects.filter(pk=city.public.pk).update(employees=4321)
    client.force_login(city.rui)
    page = text_of(client, "companies_company_change", city.public.pk)
    assert ("Public Works" in page, "4,321" in page or "4321" in page, 'name="_save"' in page) == (
        True,
        False,
        False,
    )


def test_history_is_for_those_who_may_change_the_row(client: Client, city: City) -> None:
    client.force_login(city.rui)
    url = reverse("admin:companies_company_history", args=[city.public.pk])
    assert client.get(url).status_code == 403
    client.force_login(city.ping)
    assert client.get(url).status_code == 200


def test_history_says_who_changed_what_from_what_to_what(client: Client, city: City) -> None:
    client.force_login(city.rui)
    form = company_form(city.firm, website="https://firm.example/")
    client.post(reverse("admin:companies_company_change", args=[city.firm.pk]), form)
    page = text_of(client, "companies_company_history", city.firm.pk)
    told = " ".join(page.split())
    assert "Website: nothing → https://firm.example/" in told
    assert re.search(r"<td>\s*Rui\s*</td>", page)


def test_history_does_not_name_rows_outside_the_reach(client: Client, city: City) -> None:
    city.firm.parent = city.hidden
    city.firm.save()
    client.force_login(city.rui)
    page = text_of(client, "companies_company_history", city.firm.pk)
    assert ("Hidden Works" in page, "not visible to you" in page) == (False, True)


def test_history_reads_in_chinese(client: Client, city: City) -> None:
    client.force_login(city.rui)
    url = reverse("admin:companies_company_history", args=[city.firm.pk]).replace("/en/", "/zh-hans/")
    assert client.get(url).status_code == 200


def test_form_leaves_out_a_relation_outside_the_reach_and_keeps_its_value(client: Client, city: City) -> None:
    city.firm.parent = city.hidden
    city.firm.save()
    client.force_login(city.rui)
    page = text_of(client, "companies_company_change", city.firm.pk)
    assert ("Hidden Works" in page, 'name="parent"' in page) == (False, False)
    client.post(
        reverse("admin:companies_company_change", args=[city.firm.pk]),
        company_form(city.firm, name_en="Firm Works Ltd", parent=""),
    )
    city.firm.refresh_from_db()
    assert (city.firm.name_en, city.firm.parent) == ("Firm Works Ltd", city.hidden)


def test_posted_foreign_key_outside_the_reach_is_refused(client: Client, city: City) -> None:
    client.force_login(city.rui)
    url = reverse("admin:companies_company_change", args=[city.firm.pk])
    page = client.post(url, company_form(city.firm, parent=city.hidden.pk)).content.decode()
    city.firm.refresh_from_db()
    assert (city.firm.parent, "Select a valid choice" in page) == (None, True)
    client.post(url, company_form(city.firm, parent=city.public.pk))
    city.firm.refresh_from_db()
    assert city.firm.parent == city.public


def test_company_cannot_be_moved_out_of_the_own_reach(client: Client, city: City) -> None:
    client.force_login(city.rui)
    url = reverse("admin:companies_company_change", args=[city.firm.pk])
    page = client.post(url, company_form(city.firm, division=city.pingyang.pk)).content.decode()
    city.firm.refresh_from_db()
    assert (city.firm.division, "Choose a division that you answer for" in page) == (city.ruian, True)


def test_offering_of_a_company_of_others_cannot_be_added(client: Client, city: City) -> None:
    client.force_login(city.rui)
    url = reverse("admin:companies_offering_add")
    client.post(url, {"company": city.public.pk, "name_en": "Foreign brakes"})
    client.post(url, {"company": city.firm.pk, "name_en": "Own brakes"})
    assert list(Offering.objects.values_list("name_en", flat=True)) == ["Own brakes"]


def autocomplete(client: Client, model: str, field: str, term: str = "") -> list[str]:
    query = {"app_label": "companies", "model_name": model, "field_name": field, "term": term}
    answer = client.get(reverse("admin:autocomplete"), query)
    assert answer.status_code == 200
    return sorted(each["text"] for each in answer.json()["results"])


def test_autocomplete_offers_what_the_field_accepts(client: Client, city: City) -> None:
    client.force_login(city.rui)
    assert autocomplete(client, "company", "parent", "Works") == ["Firm Works", "Public Works"]
    assert autocomplete(client, "offering", "company", "Works") == ["Firm Works"]
    client.force_login(city.cora)
    assert autocomplete(client, "offering", "company", "Works") == [
        "Firm Works",
        "Hidden Works",
        "Public Works",
    ]


def test_autocomplete_names_no_users_to_officials(client: Client, city: City) -> None:
    client.force_login(city.rui)
    assert autocomplete(client, "posting", "user") == []


def test_filters_name_only_what_occurs_in_the_own_list(client: Client, city: City) -> None:
    make_company(division=make_division(city.city, name_en="Far away"), verification="pending")
    client.force_login(city.rui)
    page = text_of(client, "companies_company_changelist")
    shown = {name for name in ("Ruian", "Pingyang", "Far away") if name in page}
    assert shown == {"Ruian", "Pingyang"}


def test_nothing_is_deleted_in_the_admin(client: Client, city: City) -> None:
    client.force_login(city.cora)
    for model in (Company, Offering, SourcingNeed, Representative, Certification, Posting, Division):
        registered = admin.site._registry[model]
        request = client.get(reverse("admin:index")).wsgi_request
        assert registered.has_delete_permission(request) is False
        assert "delete_selected" not in registered.get_actions(request)


def test_delete_page_of_a_contact_of_others_is_refused(client: Client, city: City) -> None:
    own, foreign = make_contact(city.firm), make_contact(city.public)
    client.force_login(city.rui)
    for contact in (own, foreign):
        client.post(reverse("admin:companies_contact_delete", args=[contact.pk]), {"post": "yes"})
    assert list(Contact.objects.all()) == [foreign]


def test_bulk_deletion_of_contacts_reaches_only_the_own(client: Client, city: City) -> None:
    own, foreign = make_contact(city.firm), make_contact(city.public)
    client.force_login(city.rui)
    act(client, "companies_contact", "delete_selected", own.pk, foreign.pk, post="yes")
    assert list(Contact.objects.all()) == [foreign]


def test_bulk_verification_reaches_only_the_own_firms(client: Client, city: City) -> None:
    client.force_login(city.rui)
    page = act(client, "companies_company", "verify_company", city.firm.pk, city.hidden.pk)
    states = [Company.objects.get(pk=c.pk).verification for c in (city.firm, city.hidden)]
    assert (states, "Hidden Works" in page) == (["verified", "pending"], False)


def test_refusing_asks_for_a_reason_and_keeps_it(client: Client, city: City) -> None:
    client.force_login(city.rui)
    page = act(client, "companies_company", "refuse_company", city.firm.pk)
    assert 'name="reason"' in page
    act(client, "companies_company", "refuse_company", city.firm.pk, reason="The licence is unreadable.")
    city.firm.refresh_from_db()
    assert (city.firm.verification, city.firm.verification_reason, city.firm.verified_by) == (
        "refused",
        "The licence is unreadable.",
        city.rui,
    )


def test_refused_act_becomes_a_message(client: Client, city: City) -> None:
    client.force_login(city.rui)
    page = act(client, "companies_company", "verify_company", city.public.pk)
    assert "Public Works: You do not answer for this company." in page


def test_button_on_the_page_leads_back_to_it(client: Client, city: City) -> None:
    client.force_login(city.rui)
    assert 'value="verify_company"' in text_of(client, "companies_company_change", city.firm.pk)
    data = {"action": "verify_company", "index": "0", "from_page": "1", ACTION_CHECKBOX_NAME: city.firm.pk}
    answer = client.post(reverse("admin:companies_company_changelist"), data)
    assert answer["Location"] == reverse("admin:companies_company_change", args=[city.firm.pk])


def test_two_records_are_merged_from_the_list(client: Client, city: City) -> None:
    double = make_company(division=city.ruian)
    client.force_login(city.rui)
    assert "Select exactly two" in act(client, "companies_company", "merge_companies", double.pk)
    keys = (double.pk, city.firm.pk)
    assert 'name="stays"' in act(client, "companies_company", "merge_companies", *keys)
    act(
        client, "companies_company", "merge_companies", *keys, stays=str(city.firm.pk), reason="Same licence."
    )
    double.refresh_from_db()
    assert double.merged_into == city.firm


def test_state_cannot_be_written_by_a_form(client: Client, city: City) -> None:
    client.force_login(city.rui)
    form = company_form(city.firm, verification="verified", verified_by=city.rui.pk)
    client.post(reverse("admin:companies_company_change", args=[city.firm.pk]), form)
    city.firm.refresh_from_db()
    assert (city.firm.verification, city.firm.verified_by) == ("pending", None)


def test_need_that_an_official_records_waits_to_be_opened(client: Client, city: City) -> None:
    client.force_login(city.rui)
    form = {
        "buyer": city.buyer.pk,
        "title_en": "Brake discs",
        "text": "Vented, 300 mm.",
        "currency": "CNY",
        "visibility": "public",
    }
    client.post(reverse("admin:companies_sourcingneed_add"), form)
    need = SourcingNeed.objects.get()
    assert (need.state, need.created_by) == ("submitted", city.rui)
    act(client, "companies_sourcingneed", "publish_need", need.pk)
    need.refresh_from_db()
    assert need.state == "open"


def test_need_that_says_too_little_is_not_recorded(client: Client, city: City) -> None:
    client.force_login(city.rui)
    form = {"buyer": city.buyer.pk, "title_en": "Brake discs", "currency": "CNY", "visibility": "public"}
    page = client.post(reverse("admin:companies_sourcingneed_add"), form).content.decode()
    assert (SourcingNeed.objects.count(), "Describe the need" in page) == (0, True)


def test_need_for_a_buyer_of_others_is_refused(client: Client, city: City) -> None:
    client.force_login(city.rui)
    form = {
        "buyer": city.foreign_buyer.pk,
        "title_en": "Discs",
        "text": "Any.",
        "currency": "CNY",
        "visibility": "public",
    }
    client.post(reverse("admin:companies_sourcingneed_add"), form)
    assert SourcingNeed.objects.count() == 0


def test_anonymous_need_does_not_name_its_buyer_to_other_districts(client: Client, city: City) -> None:
    make_need(city.foreign_buyer, title_en="Secret discs", visibility="anonymous")
    client.force_login(city.rui)
    assert "Foreign Buyer" not in text_of(client, "companies_sourcingneed_changelist")
    assert "0 sourcing needs" in text_of(client, "companies_sourcingneed_changelist", q="Foreign")
    client.force_login(city.ping)
    assert "Foreign Buyer" in text_of(client, "companies_sourcingneed_changelist")


def test_representatives_are_approved_only_by_their_officials(client: Client, city: City) -> None:
    own = make_representative(company=city.firm, state="asked")
    foreign = make_representative(company=city.public, state="asked")
    client.force_login(city.rui)
    act(client, "companies_representative", "approve_representative", own.pk, foreign.pk)
    states = [Representative.objects.get(pk=r.pk).state for r in (own, foreign)]
    assert states == ["approved", "asked"]


def test_certificate_is_verified_by_an_official_and_then_fixed(client: Client, city: City) -> None:
    certificate = make_certification(city.firm)
    client.force_login(city.rui)
    act(client, "companies_certification", "verify_certificate", certificate.pk)
    certificate.refresh_from_db()
    assert certificate.verified_by == city.rui
    assert 'name="number"' not in text_of(client, "companies_certification_change", certificate.pk)


def test_chief_keeps_the_own_chain_and_reads_the_others(client: Client, city: City) -> None:
    other = make_node()
    client.force_login(city.chen)
    own_page = text_of(client, "companies_chainnode_change", city.node.pk)
    assert 'name="_save"' in own_page
    assert 'name="_save"' not in text_of(client, "companies_chainnode_change", other.pk)


def test_reference_data_are_written_by_the_city_office_only(client: Client, city: City) -> None:
    sector = make_sector()
    client.force_login(city.rui)
    assert 'name="_save"' not in text_of(client, "companies_sector_change", sector.pk)
    assert client.get(reverse("admin:companies_sector_add")).status_code == 403
    assert client.get(reverse("admin:companies_posting_add")).status_code == 403
    client.force_login(city.cora)
    assert 'name="_save"' in text_of(client, "companies_sector_change", sector.pk)


def test_staff_without_a_duty_find_an_empty_admin(client: Client, city: City) -> None:
    client.force_login(city.nemo)
    assert "You don’t have permission to view or edit anything." in text_of(client, "index")
    assert client.get(reverse("admin:companies_company_changelist")).status_code == 403


def test_ended_posting_ends_the_rights(client: Client, city: City) -> None:
    Posting.objects.filter(user=city.rui).update(until="2020-01-01", since="2019-01-01")
    client.force_login(city.rui)
    assert client.get(reverse("admin:companies_company_changelist")).status_code == 403


def test_organisers_find_no_companies_in_the_admin(client: Client, city: City) -> None:
    client.force_login(city.oda)
    assert client.get(reverse("admin:companies_company_changelist")).status_code == 403
    assert 'href="/en/admin/companies/' not in text_of(client, "index")


def test_a_representative_of_the_public_is_not_let_in(client: Client, city: City) -> None:
    representative = make_representative(company=city.firm)
    client.force_login(representative.user)
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


LISTS: dict[str, Callable[[City], object]] = {
    "company": lambda city: make_company(division=city.ruian, nodes=[city.node]),
    "offering": lambda city: make_offering(
        make_company(division=city.ruian), sector=make_sector(), node=city.node
    ),
    "certification": lambda city: make_certification(make_company(division=city.ruian)),
    "contact": lambda city: make_contact(make_company(division=city.ruian)),
    "representative": lambda city: make_representative(company=make_company(division=city.ruian)),
    "sourcingneed": lambda city: make_need(
        make_company(division=city.ruian, buys=True), node=make_node(city.chain)
    ),
    "posting": lambda city: make_posting(division=make_division(city.ruian)),
    "division": lambda city: make_division(city.ruian),
    "chainnode": lambda city: make_node(city.chain),
    "industrialchain": lambda city: IndustrialChain.objects.create(
        code=f"c{IndustrialChain.objects.count()}",
        owner=city.ruian,
        based_on=city.chain,
        name_zh="链",
        name_en="Chain",
        tier="featured",
    ),
}


@pytest.mark.parametrize("model", sorted(LISTS))
def test_list_asks_as_many_queries_for_three_rows_as_for_one(client: Client, city: City, model: str) -> None:
    client.force_login(city.rui)
    url = reverse(f"admin:companies_{model}_changelist")
    LISTS[model](city)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for _more in range(2):
        LISTS[model](city)
    with CaptureQueriesContext(connection) as three:
        client.get(url)
    assert len(three) == len(one)
