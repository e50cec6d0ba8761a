/** What keys are told apart by. Apart from the schemas, so that a page reads its address without them. */
export const keyEnvironments = ["live", "test"] as const;
export const keyStatuses = ["active", "rotating", "disabled", "revoked", "expired"] as const;
export const keySorts = ["created", "lastUsed", "name"] as const;
export const lastUsedTimes = ["24h", "7d", "30d", "not-30d", "never"] as const;
