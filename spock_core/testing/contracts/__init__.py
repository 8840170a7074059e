"""What every market keeps, a file for each subject."""
