"""Countries in templates."""

from django import template

from accounts.countries import country_name

register = template.Library()

register.filter("country", country_name)
