"""Letters are written with their act, sent after it, and tried again until they leave."""

import datetime as dt
import threading
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, connections, transaction
from django.utils import timezone

from accounts import outbox
from accounts.models import Letter
from accounts.outbox import Draft, ResendNotPossible, deliver, drop, post, resend
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


def draft(to: str = "zhou@example.test", **given: Any) -> Draft:
    return Draft(to=to, title="Hello", text="Good day.", language="en", kind="test", **given)


class Refusing(EmailBackend):
    """A server that knows none of the addresses."""

    code = 550

    def send_messages(self, messages: Any) -> int:
        raise SMTPRecipientsRefused({each: (self.code, b"no such user") for m in messages for each in m.to})


class Busy(Refusing):
    """A server that asks to come back later."""

    code = 450


def backend(of: type) -> str:
    return f"{of.__module__}.{of.__name__}"


def test_letter_is_sent_after_its_act_and_once() -> None:
    post(draft())
    assert mail.outbox == []
    assert [deliver(), deliver()] == [1, 0]
    assert [message.to for message in mail.outbox] == [["zhou@example.test"]]
    letter = Letter.objects.get()
    assert (letter.state, letter.attempts) == ("sent", 1)


def test_letter_of_an_act_that_is_rolled_back_was_never_written() -> None:
    with transaction.atomic():
        post(draft())
        transaction.set_rollback(True)
    assert (deliver(), Letter.objects.count()) == (0, 0)


def test_same_key_is_posted_once_for_ever() -> None:
    assert len(post(draft(key="a"))) == 1
    deliver()
    assert post(draft(key="a"), draft(key="b"))[0].key == "b"
    assert Letter.objects.count() == 2


def test_letter_without_an_address_is_not_written() -> None:
    assert post(draft(to="")) == []


def test_link_is_in_the_mail_and_nowhere_else_once_it_has_left() -> None:
    link = "https://duijie.test/confirm/abc/"
    post(Draft(to="a@b.test", title="x", text=f"Open {link} please.", language="en", kind="t", secret=link))
    assert Letter.objects.get().text == "Open […] please."
    deliver()
    assert mail.outbox[0].body == f"Open {link} please."
    letter = Letter.objects.get()
    assert letter.secret == ""
    with pytest.raises(ResendNotPossible):
        resend(letter, by=make_user())


def test_server_that_asks_to_come_later_is_asked_later(settings: Any) -> None:
    settings.EMAIL_BACKEND = backend(Busy)
    post(draft())
    deliver()
    letter = Letter.objects.get()
    assert (letter.state, letter.attempts) == ("waiting", 1)
    assert dt.timedelta(0) < letter.send_at - timezone.now() <= dt.timedelta(minutes=outbox.WAITS[0])
    assert "no such user" in letter.error
    assert deliver() == 0


def test_letter_is_given_up_after_the_last_attempt_and_sent_anew_by_a_person(settings: Any) -> None:
    settings.EMAIL_BACKEND = backend(Busy)
    post(draft())
    for _attempt in range(len(outbox.WAITS) + 1):
        Letter.objects.update(send_at=timezone.now())
        deliver()
    letter = Letter.objects.get()
    assert (letter.state, letter.attempts) == ("failed", len(outbox.WAITS) + 1)
    settings.EMAIL_BACKEND = backend(EmailBackend)
    resend(letter, by=make_user())
    assert deliver() == 1


def test_unknown_address_is_given_up_at_once(settings: Any) -> None:
    settings.EMAIL_BACKEND = backend(Refusing)
    post(draft())
    deliver()
    assert Letter.objects.get().state == Letter.State.FAILED


def test_server_that_cannot_be_reached_ends_the_round(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    post(draft(), draft())
    deliver()
    assert sorted(Letter.objects.values_list("attempts", flat=True)) == [0, 1]


def test_letter_that_is_no_longer_needed_does_not_leave() -> None:
    post(draft(secret="Good"))
    assert drop(Letter.objects.all()) == 1
    assert deliver() == 0
    assert Letter.objects.get().secret == ""


def test_letter_that_waits_is_not_sent_anew() -> None:
    post(draft())
    with pytest.raises(ResendNotPossible):
        resend(Letter.objects.get(), by=make_user())


def test_who_is_told_when_a_letter_is_settled() -> None:
    heard: list[str] = []
    outbox.when_settled("test", lambda letter: heard.append(letter.state))
    post(draft())
    deliver()
    outbox.when_settled("test", lambda _letter: None)
    assert heard == ["sent"]


def test_people_see_their_own_letters_and_the_office_all() -> None:
    reader, other, office = make_user(), make_user(), make_user(is_superuser=True)
    post(draft(person=reader))
    counts = [Letter.objects.visible_to(each).count() for each in (reader, other, office)]
    assert counts == [1, 0, 1]


def _deliver_together(workers: int) -> None:
    gate = threading.Barrier(workers)

    def work() -> None:
        gate.wait()
        deliver()
        connections.close_all()

    threads = [threading.Thread(target=work) for _each in range(workers)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


@pytest.mark.django_db(transaction=True)
def test_workers_that_run_together_send_each_letter_once() -> None:
    post(*(draft(to=f"p{n}@example.test") for n in range(30)))
    _deliver_together(3)
    assert sorted(message.to[0] for message in mail.outbox) == sorted(
        Letter.objects.values_list("to", flat=True)
    )


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_workers_do_send_letters_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: it shows that the race is there."""
    assert connection.vendor == "postgresql"
    post(*(draft(to=f"p{n}@example.test") for n in range(30)))
    monkeypatch.setattr(type(Letter.objects.due()), "select_for_update", lambda rows, **_how: rows)
    _deliver_together(3)
    assert len(mail.outbox) > 30
