"""Addresses of pages: read, call the services, render."""
