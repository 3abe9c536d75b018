"""What is done in the background; the worker runs it, one of a kind at a time."""

import contextlib

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from accounts.outbox import deliver
from companies.sourcing import expire_overdue
from events.aftercare.alerting import refresh_alerts
from events.aftercare.climbing import climb
from events.aftercare.due import make_due
from matchmaking.engine import bitmaps, nearest
from matchmaking.engine.keeping import keep_up, work_out_all
from matchmaking.figures.folding import fold

MATCHING = "matching"


@app.periodic(cron="* * * * *", periodic_id="matching-each-minute")
@app.task(
    name="refresh_matching",
    queueing_lock=MATCHING,
    lock=MATCHING,
    retry=RetryStrategy(max_attempts=3, exponential_wait=2),
)
def refresh_matching(timestamp: int | None = None) -> None:
    """Bring words, vectors and suggestions up to date; each minute, and whenever something has changed.

    After that a city that has grown large gets the index of its vectors.
    """
    keep_up()
    nearest.build()


@app.periodic(cron="20 19 * * *", periodic_id="suggestions-each-night")
@app.task(name="work_out_all", lock=MATCHING)
def work_out_all_suggestions(timestamp: int | None = None) -> None:
    """Every need's suggestions, which drift as offerings come and go: at 3:20 in Shanghai, as UTC says it.

    A city that has grown large gets the index of its vectors, and the bitmaps of its filters, first.
    """
    nearest.build()
    bitmaps.keep(has_changed=True)
    work_out_all()


@app.periodic(cron="* * * * *", periodic_id="ledger-each-minute")
@app.task(name="fold_ledger", queueing_lock="fold_ledger")
def fold_ledger(timestamp: int | None = None) -> None:
    """Merge what the deals of the last minute have appended to the sums of the ledger."""
    fold()


@app.periodic(cron="5 16 * * *", periodic_id="needs-each-night")
@app.task(name="expire_needs", queueing_lock="expire_needs")
def expire_needs(timestamp: int | None = None) -> None:
    """End the needs whose date of answer has passed: five past midnight in Shanghai, as UTC says it."""
    expire_overdue()


@app.periodic(cron="10 16 * * *", periodic_id="follow-ups-each-night")
@app.task(name="make_follow_ups", queueing_lock="make_follow_ups")
def make_follow_ups(timestamp: int | None = None) -> None:
    """Make the follow-ups that became due: ten past midnight in Shanghai, as UTC says it."""
    make_due()


@app.periodic(cron="15 16 * * *", periodic_id="problems-each-night")
@app.task(name="climb_problems", queueing_lock="climb_problems")
def climb_problems(timestamp: int | None = None) -> None:
    """Hand overdue problems to the chiefs, after midnight in Shanghai."""
    climb()


@app.periodic(cron="20 16 * * *", periodic_id="exposure-each-night")
@app.task(name="reckon_exposure", queueing_lock="reckon_exposure")
def reckon_exposure(timestamp: int | None = None) -> None:
    """Begin and end alerts of suppliers that depend on one buyer, after midnight in Shanghai."""
    refresh_alerts()


@app.periodic(cron="* * * * *", periodic_id="letters-each-minute")
@app.task(name="send_letters", queueing_lock="letters")
def send_letters(timestamp: int | None = None) -> None:
    """Send what waits in the outbox; each minute, and whenever an act has written letters."""
    deliver()


@app.periodic(cron="* * * * *", periodic_id="stalled-each-minute")
@app.task(name="retry_stalled", queueing_lock="stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int | None = None) -> None:
    """Take up again what a killed worker left: its lock would hold back every later job of its kind."""
    for job in await context.app.job_manager.get_stalled_jobs():
        await context.app.job_manager.retry_job(job)


def wake_matching() -> None:
    """Queue a refresh unless one already waits: what a change of texts calls."""
    with contextlib.suppress(AlreadyEnqueued):
        refresh_matching.defer()


def wake_letters() -> None:
    """Queue the sending of letters unless it already waits: what the outbox calls after a commit."""
    with contextlib.suppress(AlreadyEnqueued):
        send_letters.defer()
