"""What workers and processes on one register tell each other: results, and when each may ask."""
