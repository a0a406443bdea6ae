"""What plain words are: one module a kind of wording, each a pure reading of one text. `plain_words` runs them all."""
