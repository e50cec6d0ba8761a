import { cleanText } from "@/lib/logs/intake/clean-text";
import { withoutSecrets } from "@/lib/webhooks/delivery/attempt/without-secrets";

const headersMax = 40;
const nameMax = 64;
const valueMax = 256;
const bodyBytesMax = 4_096;

/** What is read of an answer's body: more than is shown, because masking makes it shorter. */
export const readBytesMax = bodyBytesMax + 512;

/** Headers that may carry a secret of the receiver's. */
const hidden = new Set([
  "set-cookie",
  "set-cookie2",
  "authorization",
  "proxy-authenticate",
  "www-authenticate",
]);

/** An answer's headers as an attempt shows them: without what may be secret, cut, and text only. */
export function shownHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  secrets: readonly string[],
): Record<string, string> {
  const shown: [string, string][] = Object.entries(headers)
    .slice(0, headersMax)
    .map(([name, value]) => {
      const text = Array.isArray(value) ? value.join(", ") : (value ?? "");
      return [
        clean(name, secrets).slice(0, nameMax),
        hidden.has(name) ? "…" : clean(text, secrets).slice(0, valueMax),
      ];
    });
  return Object.fromEntries(shown);
}

/** The beginning of an answer's body as text: a receiver may say our secret back, or send what is no text. */
export function shownBody(bytes: Buffer, secrets: readonly string[]): string {
  const whole = Buffer.from(clean(bytes.toString("utf8"), secrets));
  return whole.length > bodyBytesMax
    ? whole.subarray(0, bodyBytesMax).toString("utf8")
    : whole.toString("utf8");
}

function clean(text: string, secrets: readonly string[]): string {
  return cleanText(withoutSecrets(text, secrets).replace(/(?![\n\t])\p{C}/gu, "\ufffd"));
}
