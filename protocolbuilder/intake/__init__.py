"""What comes in from outside: recognises a file and makes a draft of it, inventing and losing nothing."""
