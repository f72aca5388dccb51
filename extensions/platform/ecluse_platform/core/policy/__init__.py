"""Policy models: every number that is a policy is a described key of one of these."""
