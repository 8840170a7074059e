"""Every HTTP request: gate, rate limiter, circuit breaker, retry, download."""
