"""What the documentation site shows beside the pages in `docs/`: pages written from the code."""
