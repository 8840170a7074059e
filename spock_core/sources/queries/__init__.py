"""Query sources: their clients, in this process or another, and questions with retries."""
