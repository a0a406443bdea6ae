"""Work done after the answer has left: jobs, mail, and what wakes whoever does it."""
