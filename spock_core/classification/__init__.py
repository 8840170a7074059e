"""Classification of a stock from the observations of its sources. Pure: no I/O and no clock."""
