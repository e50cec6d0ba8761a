/** Methods that the gateway lets through. Apart from the schemas, so that a page offers them without those. */
export const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/** What an AuthZEN question speaks of; an HTTP request is {subject: credential, action: method, resource: route}. */
export const entities = ["subject", "action", "resource", "context"] as const;
