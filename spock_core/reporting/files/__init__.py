"""Which files a command may write: never one that it reads."""
