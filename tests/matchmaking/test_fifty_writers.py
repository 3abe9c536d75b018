"""Readers of figures while fifty writers work: every page is one ledger; without the snapshot it is not."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from events.models import Deal
from matchmaking.figures.folding import fold
from tests.factories.accounts import make_superuser, make_user
from tests.factories.companies import make_buyer, make_chain, make_company, make_division
from tests.factories.events import make_deal, make_evidence

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 50
READS = 8
MOST_READS = 80
"""After so many whole pages the control gives up."""


@contextmanager
def writing(writers: int) -> Iterator[list[BaseException]]:
    """So many threads that record verified deals one after the other, over the pool of the project.

    Each deal is one transaction, and the threads wait for a connection when all are taken.
    """
    chain, division = make_chain(), make_division()
    fixed: dict[str, Any] = {"counting_chain": chain, "counting_division": division, "stage": "signed"}
    fixed |= {"recorded_by": make_user(), "verified_by": make_user()}
    buyer, supplier = make_buyer(), make_company()
    ended, errors = threading.Event(), []

    def write() -> None:
        try:
            while not ended.is_set():
                with transaction.atomic():
                    make_evidence(make_deal(buyer, supplier, **fixed), added_by=fixed["recorded_by"])
                connection.close()
                time.sleep(0.02)
        except BaseException as error:  # noqa: BLE001  # the test says what it was
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _each in range(writers)]
    for thread in threads:
        thread.start()
    try:
        yield errors
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def says_one_number(client: Client) -> bool:
    """Whether a page says the same number of projects as figure, by month, chain, division and kind."""
    context = client.get("/en/figures/").context
    said = {
        each.value.replace(",", "") for each in context["figures"] if each.figure.key == "signed_projects"
    }
    tables = ("years", "by_chain", "by_division", "by_kind")
    return len(said | {str(sum(line.signed for line in context[name])) for name in tables}) == 1


def test_each_page_is_one_ledger_while_fifty_write(client: Client) -> None:
    client.force_login(make_superuser())
    with writing(WRITERS) as errors:
        before = Deal.objects.count()
        pages = []
        for _each in range(READS):
            pages.append(says_one_number(client))
            fold()
        after = Deal.objects.count()
    assert (pages, errors) == ([True] * READS, [])
    assert after - before > WRITERS


def test_without_the_snapshot_a_page_tells_of_several_ledgers(client: Client) -> None:
    """The control: the same pages, each query with a look of its own."""
    client.force_login(make_superuser())

    def look_anew(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        return None if sql.startswith("SET TRANSACTION") else execute(sql, params, many, context)

    with writing(WRITERS) as errors, connection.execute_wrapper(look_anew):
        is_torn = any(not says_one_number(client) for _each in range(MOST_READS))
    assert (is_torn, errors) == (True, [])
