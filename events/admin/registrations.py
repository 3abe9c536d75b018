"""Registrations and the people whom companies send."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin_acts import AdminAct
from accounts.scoped_admin import ScopedInline
from events import registration
from events.admin.duties import EventAdmin
from events.models import Delegate, Invitation, MeetingWish, Registration

State = Registration.State


class DelegateInline(ScopedInline):
    model = Delegate
    may_delete = True
    fields = ("name", "position", "phone", "email", "language")


@admin.register(Registration)
class RegistrationAdmin(EventAdmin):
    """Made on the event's page, where places are counted; decided on here."""

    may_add = False
    list_display = ("company", "event", "side", "state", "checked_in_at", "registered_at")
    list_filter = ("state", "side", "event__kind")
    list_select_related = ("company", "event")
    search_fields = (
        "company__name_zh",
        "company__name_en",
        "company__credit_code",
        "event__name_zh",
        "event__name_en",
    )
    autocomplete_fields = ("needs",)
    party_fields = ("company", "event")
    readonly_fields = ("event", "company", "state", "checked_in_at", "registered_by", "registered_at")
    date_hierarchy = "registered_at"
    inlines = (DelegateInline,)
    fields = (
        "event",
        "company",
        ("side", "state"),
        "needs",
        "checked_in_at",
        ("registered_by", "registered_at"),
    )
    acts = (
        AdminAct(
            "approve_registration",
            _("Admit the company"),
            lambda row, by, _reason: registration.approve(row, by=by),
            fits=lambda row: row.state == State.ASKED,
        ),
        AdminAct(
            "refuse_registration",
            _("Refuse the registration"),
            lambda row, by, _reason: registration.refuse(row, by=by),
            fits=lambda row: row.state == State.ASKED,
        ),
        AdminAct(
            "withdraw_registration",
            _("Withdraw the registration"),
            lambda row, by, _reason: registration.withdraw(row, by=by),
            fits=lambda row: row.state in {State.WAITING, State.CONFIRMED} and not row.checked_in_at,
        ),
    )


@admin.register(Delegate)
class DelegateAdmin(EventAdmin):
    """A person may ask to be taken out, so delegates can be deleted."""

    may_delete = True
    list_display = ("name", "position", "company", "event")
    list_filter = ("language",)
    list_select_related = ("registration__company", "registration__event")
    search_fields = ("name", "registration__company__name_zh", "registration__company__name_en")
    autocomplete_fields = ("registration",)
    own_fields = ("registration",)
    fields = ("registration", ("name", "position"), ("phone", "email"), "language")

    @admin.display(description=_("company"), ordering="registration__company")
    def company(self, delegate: Delegate) -> str:
        return str(delegate.registration.company)

    @admin.display(description=_("event"), ordering="registration__event")
    def event(self, delegate: Delegate) -> str:
        return str(delegate.registration.event)


@admin.register(MeetingWish)
class MeetingWishAdmin(EventAdmin):
    """What the companies themselves say; nobody says it for them."""

    may_add = False
    may_change = False
    list_display = ("wisher", "wished", "strength", "created_at")
    list_filter = ("strength",)
    list_select_related = ("wished_by__company", "wished_by__event", "other__company", "other__event")
    search_fields = ("wished_by__company__name_zh", "wished_by__company__name_en")
    party_fields = ("other",)
    fields = ("wished_by", "other", "strength", "created_at")

    @admin.display(description=_("wished by"), ordering="wished_by__company")
    def wisher(self, wish: MeetingWish) -> str:
        return str(wish.wished_by.company)

    @admin.display(description=_("about"), ordering="other__company")
    def wished(self, wish: MeetingWish) -> str:
        return str(wish.other.company)


@admin.register(Invitation)
class InvitationAdmin(EventAdmin):
    """Sent from the event's pages; answered by the firm."""

    may_add = False
    may_change = False
    list_display = ("company", "event", "delivery", "seen_at", "answer", "invited_at")
    list_filter = ("delivery", "answer", "reason", "origin")
    list_select_related = ("company", "event")
    search_fields = ("company__name_zh", "company__name_en", "event__name_zh", "event__name_en")
    party_fields = ("company", "event", "registration")
    date_hierarchy = "invited_at"
    fields = (
        "event",
        "company",
        ("origin", "invited_by", "invited_at"),
        ("delivery", "reminded_at", "seen_at"),
        ("answer", "answered_at"),
        ("reason", "comment"),
        "registration",
    )
