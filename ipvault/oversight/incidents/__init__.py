"""Incidents: from the first report to the lessons."""
