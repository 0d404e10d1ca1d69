"""View models: what a page shows, made from messages by pure functions."""
