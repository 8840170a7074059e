"""What tests share and pytest does not collect: processes, moments, ports, plugins, data."""
