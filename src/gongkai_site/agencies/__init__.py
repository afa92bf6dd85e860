"""Who works here: organs with dates of validity, offices, staff, roles, sign-in, and the audit log."""
