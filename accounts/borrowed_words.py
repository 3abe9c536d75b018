"""Words of Django and allauth that their Chinese catalogues lack, or say half in English or not as we do.

Nothing reads this module at run time: ``collect_messages`` finds the strings here, and the catalogue of the
project comes before those of the libraries. A string leaves when the library translates it itself.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

ADMIN = (
    gettext_noop("Model name"),
    gettext_noop("Add link"),
    gettext_noop("Change or view list link"),
    gettext_noop("Error:"),
    gettext_noop("Forgotten your login credentials?"),
    gettext_noop("After you’ve created a user, you’ll be able to edit more user options."),
)
FORMS = (
    gettext_noop(":"),  # after a label
    gettext_noop(":?.!"),  # a label that ends with one of these gets none
    gettext_noop("%(model)s instance with %(field)s %(value)r is not a valid choice."),
)
PASSWORD_TOO_SHORT = ngettext_lazy(
    "This password is too short. It must contain at least %d character.",
    "This password is too short. It must contain at least %d characters.",
)
SIGN_IN = (gettext_noop("Passkey"),)
REWORDED = (
    gettext_noop("Email"),
    gettext_noop("Email address"),
    gettext_noop("Two-Factor Authentication"),
    gettext_noop("If you have not created an account yet, then please %(link)ssign up%(end_link)s first."),
    gettext_noop("Already have an account? Then please %(link)ssign in%(end_link)s."),
    gettext_noop("Email Addresses"),
    gettext_noop("The following email addresses are associated with your account:"),
    gettext_noop("Primary"),
    gettext_noop("Re-send Verification"),
    gettext_noop("Add Email Address"),
    gettext_noop("Add Email"),
    gettext_noop("Do you really want to remove the selected email address?"),
    gettext_noop("Email Changed"),
    gettext_noop("Email Confirmation"),
    gettext_noop("Email Removed"),
    gettext_noop("Please Confirm Your Email Address"),
    gettext_noop("Your email has been confirmed."),
    gettext_noop("Confirm Email Address"),
    gettext_noop("Verify Your Email Address"),
    gettext_noop("You have confirmed %(email)s."),
    gettext_noop("Removed email address %(email)s."),
    gettext_noop("Primary email address set."),
    gettext_noop("Hello from %(site_name)s!"),
    gettext_noop("Sign in with a passkey"),
    gettext_noop("This key does not indicate whether it is a passkey."),
    gettext_noop("Bad Token"),
    gettext_noop("The password reset token was invalid."),
)
