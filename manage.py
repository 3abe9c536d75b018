#!/usr/bin/env python
"""Django's command line for Duijie."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
    if sys.argv[1:2] == ["run"]:
        os.environ.setdefault("STATIC_IS_COLLECTED", "1")  # the demo is served as lightly as the real site
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
