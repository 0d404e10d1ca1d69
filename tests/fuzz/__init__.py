"""Valid documents, changed in one place: nothing that was changed is verified, nothing raises, and nothing is read otherwise than it was
signed.

python -m tests.fuzz [--examples 20000] [NAME...]     long; the test suite runs a short version of the same
"""
