"""Writers of workbooks that no library writes, for tests."""
