"""Users in the admin: only the city office sees them there."""

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from accounts.models import Letter, User
from accounts.scoped_admin import ScopedModelAdmin

# Signing in to the admin goes through the same page as everywhere: rate limits and second factor included.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # the site is one object of Django's
# The redirect by type and number would tell the addresses of records that the person may not see.
_all_urls = admin.site.get_urls
admin.site.get_urls = lambda: [  # type: ignore[method-assign]  # the site is one object of Django's
    each for each in _all_urls() if getattr(each, "name", "") != "view_on_site"
]
# Rights follow from postings, never from groups.
admin.site.unregister(Group)


class NewUserForm(AdminUserCreationForm):  # type: ignore[type-arg]  # generic only for the checker
    """A new user, known by the e-mail address."""

    class Meta:
        model = User
        fields = ("email", "name", "language")


class KnownUserForm(UserChangeForm):  # type: ignore[type-arg]  # generic only for the checker
    """A user who exists; the password is only replaced, never shown."""

    class Meta:
        model = User
        fields = "__all__"  # the fieldsets of UserAdmin choose
        field_classes: dict[str, type[forms.Field]] = {}


@admin.register(User)
class UserAdmin(ScopedModelAdmin, BaseUserAdmin):  # type: ignore[type-arg]  # generic only for the checker
    """Never deleted: whoever leaves is made inactive, and what they did stays theirs."""

    form = KnownUserForm
    add_form = NewUserForm
    list_display = ("email", "name", "language", "is_active", "is_staff", "is_superuser", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "language")
    search_fields = ("email", "name", "phone")
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("date_joined", "last_login")
    fieldsets = (
        (None, {"fields": ("email", "name", "phone", "language", "password")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Dates"), {"fields": ("date_joined", "last_login")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "name", "language", "usable_password", "password1", "password2")}),
    )


@admin.register(Letter)
class LetterAdmin(ScopedModelAdmin):
    """What was written to whom; links in it are shown to nobody."""

    may_add = False
    may_change = False
    list_display = ("title", "to", "kind", "state", "attempts", "created_at", "sent_at")
    list_filter = ("state", "kind", "language")
    search_fields = ("to", "title", "person__name")
    date_hierarchy = "created_at"
    fields = (
        ("to", "person", "language"),
        ("kind", "about"),
        "title",
        "text",
        ("state", "attempts", "error"),
        ("created_at", "send_at", "sent_at"),
    )
