"""Forms of a company's own pages."""

from companies.forms.belongings import CertificationForm, ContactForm, OfferingForm
from companies.forms.company import ClaimForm, NewCompanyForm, ProfileForm
from companies.forms.need import NeedForm

__all__ = [
    "CertificationForm",
    "ClaimForm",
    "ContactForm",
    "NeedForm",
    "NewCompanyForm",
    "OfferingForm",
    "ProfileForm",
]
