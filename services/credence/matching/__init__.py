"""Keeps roles, ranks candidates against them exactly, explains every point, records what people decide.

Profiles come from `profiles.v1` into the database; each replica's index follows the database, so any replica ranks the whole pool. A
soft-deleted or purged candidate leaves every ranking at once, later pages of rankings already given included. A purge also takes the
person out of what refers to people: the rows of rankings given keep rank and score without the id, decisions keep outcome, time and who
decided, without id and reason. What was published before stays on `shortlists.v1` and `decisions.v1` for their retention, under a pseudonym
whose key the candidates service has destroyed.
"""
