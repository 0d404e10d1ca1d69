"""Credentials that go both ways between this verifier and others' software. The others come with the development extra; nothing is
installed or fetched at run time."""
