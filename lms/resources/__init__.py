"""Resources: guides, briefings and templates that are learning without a date."""
