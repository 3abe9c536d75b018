"""Measuring the engine on real input: the work behind the ``benchmark_*`` commands."""
