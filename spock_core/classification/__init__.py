"""From what sources said to what a stock is: pure, without I/O or a clock."""
