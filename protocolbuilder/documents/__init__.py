"""Values in, bytes out: Word, matrix, spreadsheet."""
