"""Pages for a browser: the only room with Flask and WTForms. Forms carry and show; the schema decides."""
