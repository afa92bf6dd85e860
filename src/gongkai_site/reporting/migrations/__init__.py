"""Migrations of the report desk."""
