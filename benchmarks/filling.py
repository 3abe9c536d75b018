"""Many companies, events and deals written by SQL into a scratch database; the same for every run."""

import pgtrigger
from django.core.management import call_command
from django.db import connection

from accounts.models import User

COMPANIES = """
INSERT INTO companies_company (
    country, registration_number, name_zh, name_en, brands, about_zh, about_en, website, supplies, buys,
    division_id, main_sector_id, size_class, size_rule, tier, trade_formats, verification, verified_at,
    verification_reason, profile_confirmed_on, is_invented, created_at, updated_at
)
SELECT 'VN', 'R' || n, '企业' || n, 'Firm ' || n, '{}', '', '', '', true, n % 9 = 0,
    places[1 + n % cardinality(places)], sectors[1 + n % cardinality(sectors)],
    (ARRAY['', 'medium', 'small', 'micro', 'micro', 'large'])[1 + n % 6], '',
    (ARRAY['', '', '', 'innovative', 'srdi'])[1 + n % 5], '{}', 'verified', now(), '',
    date '2022-11-01' - (n::bigint * 7919 % 900)::int, true, now(), now()
FROM generate_series(%s + 1, %s) n,
    (SELECT array_agg(id ORDER BY id) FROM companies_division WHERE path LIKE '%3303%') a(places),
    (SELECT array_agg(id ORDER BY id) FROM companies_sector) b(sectors)
"""
EVENTS = """
INSERT INTO events_dockingevent (
    slug, kind, name_zh, name_en, about_zh, about_en, host_id, venue_zh, venue_en, country,
    starts_on, ends_on, state, language, asks_approval, created_at, updated_at
)
SELECT 'event-' || n,
    (ARRAY['sales', 'oem_parts', 'invite_in', 'go_out', 'trade_fair', 'promotion', 'summit'])[1 + n % 7],
    '活动' || n, 'Event ' || n, '', '', places[1 + n % cardinality(places)], '', '', 'CN',
    date '2018-01-01' + n * 12, date '2018-01-02' + n * 12, 'held', '', false, now(), now()
FROM generate_series(1, 140) n,
    (SELECT array_agg(id ORDER BY id) FROM companies_division WHERE path LIKE '%3303%') a(places);
INSERT INTO events_dockingevent_chains (dockingevent_id, industrialchain_id)
SELECT e.id, c.id FROM events_dockingevent e, companies_industrialchain c WHERE (e.id + c.id) % 12 = 0;
INSERT INTO events_registration (event_id, company_id, side, state, registered_at, badge_code)
SELECT events[1 + c.id % cardinality(events)], c.id, 'supplier', 'confirmed',
    timestamptz '2018-01-01' + c.id % 1700 * interval '1 day', 'B' || c.id
FROM companies_company c, (SELECT array_agg(id ORDER BY id) FROM events_dockingevent) a(events)
WHERE c.id % 3 > 0;
"""
DEALS = """
INSERT INTO events_deal (
    buyer_id, supplier_id, event_id, counting_chain_id, counting_division_id, title_zh, title_en, unit, stage,
    intention_on, framework_on, signed_on, terminated_on, termination_reason, intention_amount, signed_amount,
    fulfilled_amount, currency, rate_to_cny, rate_date, contract_reference, note, version, recording_digest,
    recorded_by_id, recorded_at, verified_by_id, verified_at
)
SELECT firms[1 + n % 900 * 9], firms[2 + n * 31 % (cardinality(firms) - 2) / 9 * 9],
    CASE WHEN n % 4 > 0 THEN events[1 + n % cardinality(events)] END,
    chains[1 + n * 7 % cardinality(chains)], places[1 + n * 13 % cardinality(places)], '合同' || n, '', '',
    CASE WHEN n % 50 = 0 THEN 'terminated' WHEN n % 10 < 7 THEN 'signed' WHEN n % 10 < 8 THEN 'framework'
        ELSE 'intention' END,
    CASE WHEN n % 10 >= 7 OR n % 3 = 0 THEN day END, CASE WHEN n % 10 = 7 THEN day END,
    CASE WHEN n % 10 < 7 THEN day + 9 END, CASE WHEN n % 50 = 0 THEN day + 90 END,
    CASE WHEN n % 50 = 0 THEN 'broken off' ELSE '' END, n % 997 * 1000,
    CASE WHEN n % 10 < 7 THEN n % 991 * 1000 END, CASE WHEN n % 10 < 3 THEN n % 313 * 1000 END, 'CNY', 1, day,
    '', '', 1, '', %s, day + 9 + n % 86400 * interval '1 second',
    CASE WHEN n % 10 < 6 THEN %s END, CASE WHEN n % 10 < 6 THEN now() END
FROM (SELECT n, date '2018-01-01' + (n::bigint * 104729 % 1780)::int AS day FROM generate_series(1, %s) n) d,
    (SELECT array_agg(id ORDER BY id) FROM companies_company) a(firms),
    (SELECT array_agg(id ORDER BY id) FROM events_dockingevent) b(events),
    (SELECT array_agg(id ORDER BY id) FROM companies_industrialchain) c(chains),
    (SELECT array_agg(id ORDER BY id) FROM companies_division WHERE path LIKE '%3303%') e(places)
"""
PROOF = """
INSERT INTO events_evidence (deal_id, file, sha256, content_type, size, added_by_id, added_at)
SELECT id, 'evidence/x', md5(id::text), 'application/pdf', 1, recorded_by_id, now()
FROM events_deal WHERE signed_on IS NOT NULL AND id % 11 > 0;
INSERT INTO events_confirmation (
    deal_id, side, version, token_hash, expires_at, channel, sent_to, delivery, answer, answered_at, comment,
    shown, created_at
)
SELECT d.id, side, 1, md5(d.id || side), now(), 'email', '', 'sent',
    CASE WHEN d.id % 40 = 0 THEN 'contested' ELSE 'confirmed' END, now(), '', '{}', now()
FROM events_deal d, unnest(ARRAY['buyer', 'supplier']) side WHERE d.signed_on IS NOT NULL AND d.id % 2 = 0;
INSERT INTO events_fulfilment (deal_id, year, new_output_amount, reported_by_name, reported_on, note)
SELECT id, 2000 + extract(year FROM signed_on)::int % 100, id % 500 * 100, '', signed_on + 60, ''
FROM events_deal WHERE signed_on IS NOT NULL AND id % 3 = 0;
"""


def people() -> tuple[User, User]:
    """Who records and who verifies; the first is of the city office."""
    return (
        User.objects.create_superuser("office@bench.invalid", "only-for-the-benchmark"),
        User.objects.create_user("verifier@bench.invalid", "only-for-the-benchmark"),
    )


def fill(*, companies: int, deals: int = 0) -> User:
    """Reference data, companies and deals of five years; the person of the city office."""
    office, verifier = people()
    call_command("load_reference", verbosity=0)
    # Without the audit trail, which these numbers do not touch.
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(_with_values(COMPANIES), [0, companies])
        if deals:
            cursor.execute(_with_values(EVENTS), [])
            cursor.execute(_with_values(DEALS), [office.pk, verifier.pk, deals])
            cursor.execute(_with_values(PROOF), [])
        cursor.execute("ANALYZE")
    return office


def more_companies(known: int, wanted: int) -> None:
    """Go on from so many companies to so many; the indexes of names are left out, which no order reads."""
    with pgtrigger.ignore(), connection.cursor() as cursor:
        for name in ("company_name_zh_trigrams", "company_name_en_trigrams", "company_called_trigrams"):
            cursor.execute(f"DROP INDEX IF EXISTS {name}")
        cursor.execute(_with_values(COMPANIES), [known, wanted])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE companies_company")


def _with_values(query: str) -> str:
    """A query whose only placeholders are ``%s``; every other % is the operator."""
    return query.replace("%", "%%").replace("%%s", "%s")
