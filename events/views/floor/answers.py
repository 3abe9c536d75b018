"""What the queue of a phone is answered: JSON with a sentence, and a status that says what to do next.

200 done, 403 waits for another person, 409 contradicts what is recorded, 422 the person has to mend it.
Whatever is not JSON did not come from here: the phone keeps the item and tries again.
"""

import datetime as dt
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts import posted
from accounts.refusals import Refused
from events.views.lookups import REFUSED

CONTRADICTS = 409
OTHER_PERSON = 403


def asks_json(request: HttpRequest) -> bool:
    """Whether the queue of a phone asks, and not a form of a page."""
    return request.headers.get("Accept", "") == "application/json"


def done(sentence: str, **more: Any) -> JsonResponse:
    """It is recorded, now or before."""
    return JsonResponse({"sentence": sentence} | more)


def refused_answer(refused: Refused | str, status: int = REFUSED, **more: Any) -> JsonResponse:
    """It was refused: the sentence is for the person."""
    return JsonResponse({"sentence": str(refused)} | more, status=status)


def of_another_person(request: HttpRequest) -> JsonResponse | None:
    """The refusal of an item that somebody else wrote on this phone."""
    owner = request.POST.get("owner", "")
    if request.method != "POST" or owner in {"", str(request.user.pk)}:
        return None
    return refused_answer(_("Somebody else wrote this: it waits for that person."), OTHER_PERSON)


def moment(request: HttpRequest) -> dt.datetime | None:
    """When a phone noted what it sends; None where it says nothing or nonsense."""
    try:
        at = parse_datetime(posted.words(request.POST, "at", 40))
    except ValueError:
        return None
    return at if at and at.tzinfo else None
