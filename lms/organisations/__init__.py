"""The partnership itself: its sectors, agencies, schools, groups and priorities. The ground floor."""
