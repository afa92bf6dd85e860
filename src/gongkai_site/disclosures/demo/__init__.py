"""The demonstration of publishing: a year of documents and a present around today, all made up."""
