"""Attacks on the verifier, each made by us, and the answer that each must get: one list for the tests, the table and the stopwatch.

python -m tests.attacks              how long each takes, the slowest last
python -m tests.attacks --markdown   the table of README.md
"""
