"""Who may call whom: AuthorizationPolicies, whom they are for, and what they decide about a request."""
