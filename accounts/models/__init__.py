"""Who signs in, and what is written to people."""

from accounts.models.letter import Letter
from accounts.models.user import User, UserManager, Viewer

__all__ = ["Letter", "User", "UserManager", "Viewer"]
