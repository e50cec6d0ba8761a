/** Spans of time that end now. Apart from the schemas, so that a page reads its address without them. */
export const usageRanges = ["24h", "7d", "30d"] as const;
