"""What the tables of registers say: of stocks, and of the kinds of securities."""
