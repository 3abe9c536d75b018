"""What organisers do before an event: invitations, a waiting list, requests to meet, letters."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from django.utils import timezone

from accounts.models import Letter, User
from events.models import Delegate, DockingEvent, Invitation, MeetingWish, Registration
from matchmaking.demo.bulk import write
from matchmaking.demo.calendar import Occasion
from matchmaking.demo.firms import Firm, Firms
from matchmaking.demo.meetings import at, program_of
from matchmaking.demo.names import any_person
from matchmaking.demo.needs import Wanted
from matchmaking.demo.officials import Officials
from matchmaking.demo.reading import Named

INVITED, WAITING, ASKED = 46, 5, 2
HOURS = 72
"""To answer a request to meet."""
SHOWN_NEEDS = 3
"""Needs that a buyer shows at an event, at most."""
State = Registration.State
Strength = MeetingWish.Strength


@dataclass(frozen=True)
class Preparing:
    """One event in preparation with who is registered for it."""

    occasion: Occasion
    registrations: list[Registration]
    today: dt.date

    @property
    def event(self) -> DockingEvent:
        return self.occasion.event


def show_needs(events: Sequence[DockingEvent], wanted: Sequence[Wanted]) -> None:
    """Buyers show some of their open needs at the events they come to."""
    open_needs: dict[int, list[int]] = {}
    for row in wanted:
        if row.need.state == "open" and row.need.visibility != "anonymous":
            open_needs.setdefault(row.need.buyer_id, []).append(row.need.pk)
    links = Registration.needs.through
    buyers = Registration.objects.filter(event__in=events, side=Registration.Side.BUYER).order_by("pk")
    links.objects.bulk_create(
        links(registration_id=key, sourcingneed_id=need)
        for key, company in buyers.values_list("pk", "company_id")
        for need in open_needs.get(company, [])[:SHOWN_NEEDS]
    )


def prepare(rng: Random, officials: Officials, firms: Firms, occasion: Occasion, today: dt.date) -> None:
    """Fill an announced event with what its organiser works on; saved."""
    event = occasion.event
    event.organisers.add(officials.organiser)
    rows = list(event.registrations.select_related("company").order_by("pk"))
    work = Preparing(occasion, rows, today)
    event.capacity, event.answer_hours, event.meeting_limit = len(rows), HOURS, 8
    event.save(update_fields=["capacity", "answer_hours", "meeting_limit"])
    program = [
        program_of(occasion, Named(zh, en), at(event.starts_on, hour), slots=6, tables=10)
        for zh, en, hour in (("上午", "Morning", 9), ("下午", "Afternoon", 13))
    ]
    write([each.session for each in program])
    write([slot for each in program for slot in each.slots])
    write([_delegate(rng, row) for row in rows])
    others = _waiting(rng, work, firms)
    write(others)
    write([_delegate(rng, row) for row in others])
    write(_wishes(rng, work))
    invitations = _invitations(rng, work, firms, officials.organiser)
    write(invitations)
    write(_letters(rng, invitations, rows))


def _delegate(rng: Random, row: Registration) -> Delegate:
    person = any_person(rng)
    return Delegate(
        registration=row,
        name=f"{person.zh} {person.en}",
        position="采购 Purchasing" if row.side == Registration.Side.BUYER else "销售 Sales",
        email=f"delegate.{row.badge_code}@demo.invalid",
        link_salt=f"{rng.getrandbits(128):032x}",
    )


def _free_makers(rng: Random, work: Preparing, firms: Firms, count: int) -> list[Firm]:
    known = {row.company_id for row in Registration.objects.filter(event=work.event)}
    makers = [firm for firm in firms.published_makers() if firm.company.pk not in known]
    near = [firm for firm in makers if firm.chain in work.occasion.chains]
    far = [firm for firm in makers if firm.chain not in work.occasion.chains]
    return (rng.sample(near, len(near)) + rng.sample(far, min(len(far), count)))[:count]


def _waiting(rng: Random, work: Preparing, firms: Firms) -> list[Registration]:
    """Firms on the waiting list, and some that wait to be approved."""
    rows = []
    for place, firm in enumerate(_free_makers(rng, work, firms, WAITING + ASKED)):
        day = work.today - dt.timedelta(days=1)
        rows.append(
            Registration(
                event=work.event,
                company=firm.company,
                side=Registration.Side.SUPPLIER,
                state=State.WAITING if place < WAITING else State.ASKED,
                badge_code=f"{rng.getrandbits(64):016x}",
                registered_at=at(day, 9 + place, 20),
            )
        )
    return rows


def _wishes(rng: Random, work: Preparing) -> list[MeetingWish]:
    """Suppliers ask buyers; about half are answered, the rest wait with their hour, one has expired."""
    buyers = [row for row in work.registrations if row.side == Registration.Side.BUYER]
    suppliers = [row for row in work.registrations if row.side == Registration.Side.SUPPLIER]
    now = timezone.now()
    wishes = []
    for supplier in suppliers:
        for buyer in rng.sample(buyers, min(len(buyers), 2)):
            is_answered = rng.random() < 0.5
            until = None if is_answered else now + dt.timedelta(hours=rng.randrange(20, HOURS))
            wishes.append(_wish(supplier, buyer, rng.choice([Strength.MUST, Strength.MEET]), until))
            if is_answered:
                wishes.append(_wish(buyer, supplier, rng.choice([Strength.MEET, Strength.MEET, Strength.NO])))
    for wish in [wish for wish in wishes if wish.expires_at][:1]:
        wish.expires_at = now - dt.timedelta(hours=5)
        wish.expired_at = now - dt.timedelta(hours=5)
    return wishes


def _wish(
    one: Registration, other: Registration, strength: str, until: dt.datetime | None = None
) -> MeetingWish:
    return MeetingWish(wished_by=one, other=other, strength=strength, expires_at=until)


def _invitations(rng: Random, work: Preparing, firms: Firms, by: User) -> list[Invitation]:
    """The registered firms were invited and came; others look, decline or cannot be reached."""
    sent = at(work.today - dt.timedelta(days=9), 10)
    rows = [
        Invitation(
            event=work.event,
            company=row.company,
            delivery=Invitation.Delivery.SENT,
            invited_by=by,
            invited_at=sent,
            seen_at=sent + dt.timedelta(hours=rng.randrange(1, 30)),
            answer=Invitation.Answer.REGISTERED,
            answered_at=sent + dt.timedelta(hours=40),
            registration=row,
        )
        for row in work.registrations
    ]
    others = [firms.supplier, *_free_makers(rng, work, firms, INVITED)]
    taken = {row.company_id for row in Registration.objects.filter(event=work.event)}
    for firm in others:
        if firm.company.pk not in taken:
            taken.add(firm.company.pk)
            rows.append(_unanswered(rng, work, firm, by, sent))
    return rows


def _unanswered(rng: Random, work: Preparing, firm: Firm, by: User, sent: dt.datetime) -> Invitation:
    row = Invitation(
        event=work.event,
        company=firm.company,
        origin=rng.choice(Invitation.Origin.values),
        delivery=rng.choices([Invitation.Delivery.SENT, Invitation.Delivery.NO_ADDRESS], [9, 1])[0],
        invited_by=by,
        invited_at=sent,
    )
    if row.delivery == Invitation.Delivery.SENT and rng.random() < 0.6:
        row.seen_at = sent + dt.timedelta(hours=rng.randrange(1, 90))
        if rng.random() < 0.4:
            row.answer, row.answered_at = Invitation.Answer.DECLINED, row.seen_at + dt.timedelta(minutes=4)
            row.reason = rng.choice(Invitation.Reason.values)
    return row


def _letters(rng: Random, invitations: Sequence[Invitation], rows: Sequence[Registration]) -> list[Letter]:
    """What the outbox shows: letters that left, one given up, three that are tried again tomorrow."""
    letters = [_letter("invitation", row.event, row.company_id, row.invited_at) for row in invitations[:30]]
    letters += [_letter("place", row.event, row.company_id, row.registered_at) for row in rows]
    lost, *others = letters
    late = rng.sample(others, 3)
    for letter in late:
        letter.state, letter.sent_at = Letter.State.WAITING, None
        letter.attempts, letter.send_at = 4, timezone.now() + dt.timedelta(days=1)
        letter.error = "SMTPServerDisconnected: Connection unexpectedly closed"
    lost.state, lost.sent_at, lost.attempts = Letter.State.FAILED, None, 1
    lost.error = "SMTPRecipientsRefused: 550 5.1.1 user unknown"
    for letter in (lost, *late):  # they have not left: nothing of theirs is wiped, and they can be sent again
        letter.text = letter.text.replace(Letter.PLACE, "").rstrip()
    return letters


def _letter(kind: str, event: DockingEvent, company: int, when: dt.datetime) -> Letter:
    """A letter as it left; its link is wiped."""
    title = {"invitation": "邀请：{}", "place": "报名情况：{}"}[kind]
    return Letter(
        kind=kind,
        about="event",
        about_key=event.pk,
        to=f"firm.{company}@demo.invalid",
        language=User.Language.CHINESE,
        title=title.format(event.name_zh),
        text=f"{event.name_zh}\n{event.starts_on:%Y-%m-%d}\n\n{Letter.PLACE}",
        state=Letter.State.SENT,
        attempts=1,
        send_at=when,
        sent_at=when + dt.timedelta(seconds=40),
    )
