"""Who can open what: identities, unlock slots, passphrases, sessions and room keys."""
