"""The admin of companies and needs, one module a subject."""

from companies.admin import chains, companies, needs, offerings, people, places, sectors

__all__ = ["chains", "companies", "needs", "offerings", "people", "places", "sectors"]
