"""Sources of listings and of what listings are: a file each, registered through the hooks."""
