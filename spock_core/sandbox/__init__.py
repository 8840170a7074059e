"""A made-up universe, and a loopback server that speaks the providers' wire formats over it."""
