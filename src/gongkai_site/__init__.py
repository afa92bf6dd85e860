"""The office: what people use in a browser, built on the domain in `gongkai`."""
