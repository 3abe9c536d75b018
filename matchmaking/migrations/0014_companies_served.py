"""From which day on a company counts as served, and of which companies that has to be found again."""

from django.db import migrations, models
from django.db.models import Q

DAY = "(%s AT TIME ZONE 'Asia/Shanghai')::date"
FACTS = f"""
CREATE FUNCTION served_since(keys bigint[])
RETURNS TABLE (company_id bigint, breakdown text, chain_id bigint, kind text, day date)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
    IF keys IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH at_events AS (
        SELECT r.company_id, r.event_id, e.kind, {DAY % "r.registered_at"} AS day
        FROM events_registration r JOIN events_dockingevent e ON e.id = r.event_id
        WHERE r.company_id = ANY(keys) AND r.state NOT IN ('withdrawn', 'refused') AND e.state <> 'cancelled'
        UNION ALL
        SELECT r.company_id, m.event_id, e.kind, e.ends_on
        FROM events_registration r
        JOIN LATERAL (
            SELECT b.event_id FROM events_meeting b WHERE b.buyer_id = r.id AND b.state = 'held'
            UNION ALL
            SELECT s.event_id FROM events_meeting s WHERE s.supplier_id = r.id AND s.state = 'held'
        ) m ON true
        JOIN events_dockingevent e ON e.id = m.event_id
        WHERE r.company_id = ANY(keys) AND e.state = 'held'
    ), facts AS (
        SELECT a.company_id, c.industrialchain_id AS chain_id, a.kind, a.day
        FROM at_events a LEFT JOIN events_dockingevent_chains c ON c.dockingevent_id = a.event_id
        UNION ALL
        SELECT p.company_id, d.counting_chain_id, COALESCE(e.kind, 'none'), LEAST(d.intention_on,
            d.framework_on, d.signed_on, d.performing_on, d.completed_on, d.terminated_on)
        FROM (
            SELECT b.buyer_id AS company_id, b.id FROM events_deal b WHERE b.buyer_id = ANY(keys)
            UNION ALL
            SELECT s.supplier_id, s.id FROM events_deal s WHERE s.supplier_id = ANY(keys)
        ) p
        JOIN events_deal d ON d.id = p.id
        LEFT JOIN events_dockingevent e ON e.id = d.event_id
        WHERE d.merged_into_id IS NULL
        UNION ALL
        SELECT p.company_id, t.chain_id, NULL, {DAY % "m.introduced_at"}
        FROM (
            SELECT s.supplier_id AS company_id, s.id FROM matchmaking_match s WHERE s.supplier_id = ANY(keys)
            UNION ALL
            SELECT n.buyer_id, b.id
            FROM companies_sourcingneed n JOIN matchmaking_match b ON b.need_id = n.id
            WHERE n.buyer_id = ANY(keys)
        ) p
        JOIN matchmaking_match m ON m.id = p.id
        JOIN companies_sourcingneed n ON n.id = m.need_id
        LEFT JOIN companies_chainnode t ON t.id = n.node_id
        WHERE m.introduced_at IS NOT NULL
    )
    SELECT f.company_id, '', 0::bigint, '', MIN(f.day) FROM facts f
    WHERE f.day IS NOT NULL GROUP BY f.company_id
    UNION ALL
    SELECT f.company_id, 'c', f.chain_id, '', MIN(f.day) FROM facts f
    WHERE f.day IS NOT NULL AND f.chain_id IS NOT NULL GROUP BY f.company_id, f.chain_id
    UNION ALL
    SELECT f.company_id, 'k', 0, f.kind::text, MIN(f.day) FROM facts f
    WHERE f.day IS NOT NULL AND f.kind IS NOT NULL GROUP BY f.company_id, f.kind;
END $$;
"""
# Whom a mark is about is found by the reader, who sees what other writers have committed meanwhile.
CHANGED = """
CREATE FUNCTION served_changed() RETURNS SETOF bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM matchmaking_servedchange) THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH marks AS MATERIALIZED (SELECT DISTINCT about, key FROM matchmaking_servedchange),
    met AS (
        SELECT key FROM marks WHERE about = 'registration'
        UNION
        SELECT unnest(ARRAY[m.buyer_id, m.supplier_id])
        FROM marks c JOIN events_meeting m ON m.event_id = c.key AND m.state = 'held' WHERE c.about = 'event'
    ), needs AS (
        SELECT key FROM marks WHERE about = 'need'
        UNION
        SELECT n.id FROM marks c JOIN companies_sourcingneed n ON n.node_id = c.key WHERE c.about = 'node'
    )
    SELECT key FROM marks WHERE about = 'company'
    UNION SELECT r.company_id FROM met JOIN events_registration r ON r.id = met.key
    UNION SELECT r.company_id FROM marks c JOIN events_registration r ON r.event_id = c.key
        WHERE c.about = 'event'
    UNION SELECT unnest(ARRAY[d.buyer_id, d.supplier_id])
        FROM marks c JOIN events_deal d ON d.event_id = c.key WHERE c.about = 'event'
    UNION SELECT n.buyer_id FROM needs JOIN companies_sourcingneed n ON n.id = needs.key
    UNION SELECT m.supplier_id FROM needs JOIN matchmaking_match m ON m.need_id = needs.key
        WHERE m.introduced_at IS NOT NULL;
END $$;
"""
# Of each table the columns that matter, and what a changed row marks.
FOLLOWED = {
    "events_registration": (
        "id, company_id, event_id, state, registered_at",
        "SELECT 'company', company_id FROM changed",
    ),
    "events_deal": (
        "id, buyer_id, supplier_id, event_id, counting_chain_id, merged_into_id, intention_on, framework_on, "
        "signed_on, performing_on, completed_on, terminated_on",
        "SELECT 'company', unnest(ARRAY[buyer_id, supplier_id]) FROM changed",
    ),
    "events_meeting": (
        "id, buyer_id, supplier_id, event_id, state",
        "SELECT 'registration', unnest(ARRAY[buyer_id, supplier_id]) FROM changed WHERE state = 'held'",
    ),
    "matchmaking_match": (
        "id, supplier_id, need_id, introduced_at",
        "SELECT x.about, x.key FROM changed c, LATERAL (VALUES ('company', c.supplier_id), "
        "('need', c.need_id)) x(about, key) WHERE c.introduced_at IS NOT NULL",
    ),
    "events_dockingevent": ("id, kind, state, ends_on", "SELECT 'event', id FROM changed"),
    "events_dockingevent_chains": (
        "id, dockingevent_id, industrialchain_id",
        "SELECT 'event', dockingevent_id FROM changed",
    ),
    "companies_sourcingneed": (
        "id, buyer_id, node_id",
        "SELECT x.about, x.key FROM changed c, LATERAL (VALUES ('company', c.buyer_id), ('need', c.id)) "
        "x(about, key)",
    ),
    "companies_chainnode": ("id, chain_id", "SELECT 'node', id FROM changed"),
}
ROWS = {
    "INSERT": ("NEW TABLE AS after", "SELECT {columns} FROM after"),
    "UPDATE": (
        "OLD TABLE AS before NEW TABLE AS after",
        "(SELECT {columns} FROM before EXCEPT SELECT {columns} FROM after) UNION ALL "
        "(SELECT {columns} FROM after EXCEPT SELECT {columns} FROM before)",
    ),
    "DELETE": ("OLD TABLE AS before", "SELECT {columns} FROM before"),
}


def trigger(table: str, act: str) -> str:
    """Appends what a statement on a table may have changed; writes nothing where nothing of it matters."""
    (columns, marks), (tables, changed) = FOLLOWED[table], ROWS[act]
    name = f"served_follows_{table}_{act.lower()}"
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH changed AS ({changed.format(columns=columns)})
    INSERT INTO matchmaking_servedchange (about, key) SELECT DISTINCT about, key FROM ({marks}) x(about, key);
    RETURN NULL;
END $$;
CREATE TRIGGER served_follows_{act.lower()} AFTER {act} ON {table} REFERENCING {tables}
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""  # noqa: S608  # our own names


EMPTIES = """
CREATE FUNCTION served_empties() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM matchmaking_servedsince;
    INSERT INTO matchmaking_servedchange (about, key) SELECT 'company', id FROM companies_company;
    RETURN NULL;
END $$;
""" + "".join(
    f"CREATE TRIGGER served_empties AFTER TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION served_empties();\n"
    for table in FOLLOWED
)
FIRST = "INSERT INTO matchmaking_servedchange (about, key) SELECT 'company', id FROM companies_company"
FORWARD = [FACTS, CHANGED, *(trigger(table, act) for table in FOLLOWED for act in ROWS), EMPTIES, FIRST]
BACKWARD = [
    *(
        f"DROP FUNCTION served_follows_{table}_{act.lower()}() CASCADE"
        for table in FOLLOWED
        for act in ROWS
    ),
    "DROP FUNCTION served_empties() CASCADE",
    "DROP FUNCTION served_changed()",
    "DROP FUNCTION served_since(bigint[])",
]


class Migration(migrations.Migration):
    """Everything is to be found again first: the next folding does it."""

    dependencies = [
        ("companies", "0006_finite_numbers"),
        ("events", "0014_decided_doubles_stay"),
        ("matchmaking", "0013_reasons_when_shown"),
    ]

    operations = [
        migrations.CreateModel(
            name="ServedChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("about", models.CharField(max_length=12)),
                ("key", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "change of companies served",
                "verbose_name_plural": "changes of companies served",
            },
        ),
        migrations.CreateModel(
            name="ServedSince",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("company_id", models.BigIntegerField()),
                (
                    "breakdown",
                    models.CharField(
                        blank=True,
                        choices=[("", "at all"), ("c", "in a chain"), ("k", "at a kind of event")],
                        max_length=1,
                    ),
                ),
                ("chain_id", models.BigIntegerField(default=0)),
                ("kind", models.CharField(blank=True, max_length=20)),
                ("day", models.DateField()),
            ],
            options={
                "verbose_name": "company served",
                "verbose_name_plural": "companies served",
                "indexes": [
                    models.Index(fields=["company_id"], name="served_by_company"),
                    models.Index(
                        fields=["chain_id", "day"],
                        include=["company_id"],
                        condition=Q(breakdown="c"),
                        name="served_in_chain",
                    ),
                    models.Index(
                        fields=["kind", "day"],
                        include=["company_id"],
                        condition=Q(breakdown="k"),
                        name="served_at_kind",
                    ),
                    models.Index(
                        fields=["day"],
                        include=["company_id"],
                        condition=Q(breakdown=""),
                        name="served_at_all",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
