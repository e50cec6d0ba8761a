/** Methods that the gateway lets through. Apart from the schemas, so that a page offers them without those. */
export const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
