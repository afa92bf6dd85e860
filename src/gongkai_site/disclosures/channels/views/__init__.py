"""The pages of channels, under /staff/disclosures/channels/."""
