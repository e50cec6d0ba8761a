import { createHmac } from "node:crypto";

/** What is signed: the message's id, the second of the attempt and the body, byte for byte. */
export interface Signed {
  id: string;
  timestamp: number;
  body: string;
}

/**
 * Headers of Standard Webhooks (https://www.standardwebhooks.com): one `v1` signature by each secret, HMAC-SHA-256 over
 * `id.timestamp.body`, with a space between.
 */
export function signedHeaders(secrets: readonly string[], { id, timestamp, body }: Signed) {
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": secrets.map((secret) => signature(secret, `${id}.${timestamp}.${body}`)).join(" "),
  };
}

function signature(secret: string, text: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return `v1,${createHmac("sha256", key).update(text).digest("base64")}`;
}
