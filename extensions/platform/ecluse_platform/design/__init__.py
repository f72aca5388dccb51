"""The look shared by every page of ours: one stylesheet, one logo, no script and nothing fetched from elsewhere."""
