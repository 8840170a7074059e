"""Yahoo Finance: listings, screens of an industry's stocks, and profiles of single stocks."""
