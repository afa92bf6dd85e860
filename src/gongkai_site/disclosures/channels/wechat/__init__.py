"""The WeChat official account, through its official HTTP interface; off until it is configured."""
