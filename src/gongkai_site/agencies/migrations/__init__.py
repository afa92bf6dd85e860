"""Migrations of organs, staff and audit."""
