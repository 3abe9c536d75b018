"""Addresses of events, deals, the hall and confirmations; composed in the project's urls."""

from django.urls import path

from events.views import (
    attending,
    calendar,
    deal,
    doubles,
    follow_up,
    inviting,
    letters,
    meeting_change,
    organising,
    own_agenda,
    participation,
    preparing,
    problem,
    rates,
    recording,
    timetable,
)
from events.views import confirm as confirm_view
from events.views.floor import app, arrivals, board, closing, hall, meetings
from events.views.floor import deals as floor_deals

events = [
    path("", calendar.event_list, name="event-list"),
    path("calendar.ics", calendar.calendar_feed, name="calendar-feed"),
    path("new/", preparing.event_add, name="event-add"),
    path("<slug:slug>/", calendar.event_detail, name="event-detail"),
    path("<slug:slug>/event.ics", calendar.event_ics, name="event-ics"),
    path("<slug:slug>/register/", participation.event_register, name="event-register"),
    path("<slug:slug>/withdraw/<int:pk>/", participation.event_withdraw, name="event-withdraw"),
    path("<slug:slug>/wishes/", participation.wishes, name="wishes"),
    path("<slug:slug>/agenda/", participation.agenda, name="agenda"),
    path("<slug:slug>/agenda.ics", participation.agenda_ics, name="agenda-ics"),
    path("<slug:slug>/prepare/", preparing.prepare, name="prepare"),
    path("<slug:slug>/edit/", preparing.event_edit, name="event-edit"),
    path("<slug:slug>/state/", preparing.event_state, name="event-state"),
    path("<slug:slug>/sessions/", preparing.session_add, name="session-add"),
    path("<slug:slug>/sessions/<int:pk>/", preparing.session_change, name="session-change"),
    path("<slug:slug>/invitations/", inviting.invitation_list, name="invitation-list"),
    path("<slug:slug>/invitations/new/", inviting.invitation_add, name="invitation-add"),
    path("<slug:slug>/invitations/remind/", inviting.invitation_remind, name="invitation-remind"),
    path("<slug:slug>/registrations/", organising.registration_list, name="registration-list"),
    path("<slug:slug>/registrations/new/", organising.registration_add, name="registration-add"),
    path("<slug:slug>/registrations/import/", organising.registration_import, name="registration-import"),
    path("<slug:slug>/registrations/badges/", organising.badges, name="badges"),
    path("<slug:slug>/registrations/<int:pk>/", attending.registration_detail, name="registration-detail"),
    path(
        "<slug:slug>/registrations/<int:pk>/decide/",
        organising.registration_decide,
        name="registration-decide",
    ),
    path("<slug:slug>/registrations/<int:pk>/delegate/", attending.delegate_change, name="delegate-change"),
    path("<slug:slug>/timetable/", timetable.timetable, name="timetable"),
    path("<slug:slug>/timetable/draft/", timetable.timetable_draft, name="timetable-draft"),
    path("<slug:slug>/timetable/search/", timetable.timetable_search, name="timetable-search"),
    path("<slug:slug>/timetable/search/state/", timetable.timetable_run, name="timetable-run"),
    path("<slug:slug>/timetable/publish/", timetable.timetable_publish, name="timetable-publish"),
    path("<slug:slug>/timetable/missed/", timetable.wishes_missed, name="wishes-missed"),
    path("<slug:slug>/timetable/new/", meeting_change.meeting_add, name="meeting-add"),
    path("<slug:slug>/timetable/<int:pk>/", meeting_change.meeting_change, name="meeting-change"),
    path("<slug:slug>/outbox/", letters.letter_list, name="letter-list"),
    path("<slug:slug>/outbox/<int:pk>/", letters.letter_resend, name="letter-resend"),
]

deals = [
    path("desk/deals/new/", recording.deal_add, name="deal-add"),
    path("desk/deals/new/amount/", recording.amount_in_words, name="amount-in-words"),
    path("desk/deals/new/likely/", recording.likely_now, name="likely-now"),
    path("desk/rates/", rates.rate_list, name="rates"),
    path("desk/doubles/", doubles.double_list, name="doubles"),
    path("desk/doubles/<int:pk>/decide/", doubles.double_decide, name="double-decide"),
    path("deals/<int:pk>/", deal.deal_detail, name="deal-detail"),
    path("deals/<int:pk>/advance/", deal.deal_advance, name="deal-advance"),
    path("deals/<int:pk>/change/", deal.deal_amend, name="deal-amend"),
    path("deals/<int:pk>/verify/", deal.deal_verify, name="deal-verify"),
    path("deals/<int:pk>/evidence/", deal.deal_evidence_add, name="deal-evidence-add"),
    path("deals/<int:pk>/evidence/<int:evidence_pk>/", deal.deal_evidence, name="evidence"),
    path("deals/<int:pk>/confirmation/", deal.deal_confirmation_send, name="deal-confirmation-send"),
    path("deals/<int:pk>/report/", deal.deal_report, name="deal-report"),
    path("follow-ups/<int:pk>/", follow_up.signed_in, name="follow-up"),
    path("follow-ups/<int:pk>/ask/", follow_up.ask, name="follow-up-ask"),
]

problems = [
    path("<int:pk>/", problem.problem_detail, name="problem-detail"),
    path("<int:pk>/propose/", problem.problem_propose, name="problem-propose"),
    path("<int:pk>/assign/", problem.problem_assign, name="problem-assign"),
    path("<int:pk>/ask/", problem.problem_ask, name="problem-ask"),
    path("<int:pk>/answer/", problem.problem_answer, name="problem-answer"),
    path("<int:pk>/withdraw/", problem.problem_withdraw, name="problem-withdraw"),
]

floor = [
    path("", hall.event_list, name="event-list"),
    path("sw.js", app.worker, name="worker"),
    path("app.webmanifest", app.manifest, name="manifest"),
    path("session/", app.session, name="session"),
    path("offline/", app.offline, name="offline"),
    path("waiting/", app.waiting, name="waiting"),
    path("badge/<slug:badge_code>/", arrivals.badge, name="badge"),
    path("<slug:slug>/", hall.event, name="event"),
    path("<slug:slug>/check-in/", arrivals.check_in, name="check-in"),
    path("<slug:slug>/check-in/<int:pk>/undo/", arrivals.arrival_undo, name="arrival-undo"),
    path("<slug:slug>/walk-in/", arrivals.walk_in_add, name="walk-in"),
    path("<slug:slug>/timetable/", hall.timetable, name="timetable"),
    path("<slug:slug>/meetings/<int:pk>/", meetings.meeting_outcome, name="meeting-outcome"),
    path("<slug:slug>/meetings/<int:pk>/undo/", meetings.outcome_undo, name="meeting-undo"),
    path("<slug:slug>/meetings/<int:pk>/table/", meetings.table_change, name="meeting-table"),
    path("<slug:slug>/meetings/<int:pk>/problem/", problem.from_meeting, name="meeting-problem"),
    path("<slug:slug>/board/", board.board, name="board"),
    path("<slug:slug>/board/chief/", board.board_of_chief, name="board-chief"),
    path("<slug:slug>/closing/", closing.closing, name="closing"),
    path("<slug:slug>/deals/new/", floor_deals.deal_add, name="deal-add"),
]

confirm = path("confirm/<str:token>/", confirm_view.confirm, name="confirm")

by_link = [
    path("follow-up/<str:token>/", follow_up.by_link, name="follow-up"),
    path("problem/<str:token>/", problem.by_link, name="problem-answer"),
]

links = [
    path("invited/<str:token>/", inviting.invited, name="invited"),
    path("my/<str:token>/", own_agenda.own_agenda, name="own-agenda"),
    path("my/<str:token>/agenda.ics", own_agenda.own_agenda_ics, name="own-agenda-ics"),
]
"""Personal links that work without signing in."""
