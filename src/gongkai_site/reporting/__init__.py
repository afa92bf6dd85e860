"""The report desk (报告台): take in annual reports in any state, show what was read and what is wrong."""
