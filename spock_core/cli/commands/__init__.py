"""The commands of `spock`: a file for each, or a folder if a command has several parts."""
