"""What events have done in the background."""

from procrastinate.contrib.django import app

from events.timetable import searching
from events.wishing import expire_requests


@app.task(name=searching.TASK, lock="timetable")
def improve_timetable(run: int) -> None:
    """One long search at a time, so that the machine stays free for pages."""
    searching.search(run)


@app.periodic(cron="*/5 * * * *", periodic_id="requests-each-five-minutes")
@app.task(name="expire_requests", queueing_lock="expire_requests")
def end_requests(timestamp: int | None = None) -> None:
    """End requests to meet that nobody answered in time, and free their slots."""
    expire_requests()
