"""Words of Django and allauth that their own Chinese catalogues lack, so that ours translates them.

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
