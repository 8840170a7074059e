"""One file for each command of `spock`, a folder where a command has parts."""
