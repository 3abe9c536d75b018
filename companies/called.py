"""Companies by code, brand or name as people type them, typing errors in Latin letters forgiven."""

import re

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import F, Func, Q, QuerySet, TextField, Value

from companies.credit_code import normalise
from companies.models import Company

CODE, WHOLE, BEGINS, HOLDS, WORDS, LIKE = 1000.0, 900.0, 700.0, 600.0, 550.0, 400.0
"""Relevance: the very code; a whole name or brand; its beginning; a part; all words of the question; much
the same letters, times their likeness."""

LEAST_LIKE = 0.42
"""Share of letter triples in common from which a name counts as mistyped: "Hozno" is as like Hozon."""
BESIDE_BEST = 0.12
"""How much less like than the best another name may be."""
MOST_WORDS = 8

_LATIN = re.compile(r"[A-Za-z]{4}")

CALLED = Func(F("name_zh"), F("name_en"), F("brands"), function="companies_called", output_field=TextField())
"""Both names and the brands in upper case, each between line ends: one trigram index serves them all."""
BRANDS = Func(F("brands"), Value("\n"), function="array_to_string", output_field=TextField())


def named_like(text: str, *prefixes: str) -> Q:
    """Rows whose Chinese or English name holds the text, or one of whose other columns begins with it."""
    condition = Q(name_zh__icontains=text) | Q(name_en__icontains=text)
    for column in prefixes:
        condition |= Q(**{f"{column}__istartswith": text})
    return condition


def identified_by(text: str) -> Q:
    """Companies by part of a name, by the whole of a brand or of a credit code."""
    return named_like(text) | Q(credit_code=normalise(text)) | Q(brands__contains=[text])


def called(companies: QuerySet[Company], text: str) -> dict[int, float]:
    """Relevance of companies that the text calls, by primary key; mistyped names only where none is right."""
    code = Q(credit_code=normalise(text)) | Q(registration_number__iexact=text)
    words = Q()
    for word in text.split()[:MOST_WORDS]:
        words &= _called_by(word)
    rows = companies.order_by().alias(called=CALLED, marked=BRANDS)
    held = rows.filter(code | words).values_list(
        "pk", "credit_code", "registration_number", "name_zh", "name_en", "brands"
    )
    found = {
        key: CODE if _is_code(text, number, registered) else _relevance([zh, en, *brands], text)
        for key, number, registered, zh, en, brands in held
    }
    return found or (_mistyped(rows, text) if _LATIN.search(text) else {})


def _called_by(word: str) -> Q:
    """Names or brands that hold the word; the index knows nothing shorter than three characters."""
    if len(word) >= 3:
        return Q(called__contains=word.upper())
    return Q(name_zh__icontains=word) | Q(name_en__icontains=word) | Q(marked__icontains=word)


def _is_code(text: str, credit_code: str | None, registration_number: str) -> bool:
    return normalise(text) == credit_code or text.upper() == registration_number.upper()


def _relevance(names: list[str], text: str) -> float:
    """:param names: both names and the brands; an empty one holds nothing."""
    read, upper = "\n".join(["", *names, ""]).upper(), text.upper()
    if f"\n{upper}\n" in read:
        return WHOLE
    if f"\n{upper}" in read:
        return BEGINS
    return HOLDS if upper in read else WORDS


def _mistyped(rows: QuerySet[Company], text: str) -> dict[int, float]:
    """Names that share most of the question's letters, the likest and those beside it."""
    upper = text.upper()
    like = rows.filter(called__trigram_word_similar=upper)  # type: ignore[misc]  # an alias
    like = like.annotate(likeness=TrigramWordSimilarity(upper, CALLED))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(LEAST_LIKE)])
        found = dict(like.values_list("pk", "likeness"))
    best = max(found.values(), default=0.0)
    return {key: LIKE * value for key, value in found.items() if value >= best - BESIDE_BEST}
