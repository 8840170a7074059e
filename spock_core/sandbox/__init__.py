"""A made-up universe behind the providers' wire formats."""
