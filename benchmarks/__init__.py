"""Measurements of Duijie, each against what it is compared with, side by side in one run."""
