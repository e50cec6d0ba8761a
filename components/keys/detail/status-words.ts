/** Which series of the charts a status belongs to. */
export type StatusTone = "ok" | "limited" | "denied" | "error";

const words: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No content",
  206: "Partial content",
  301: "Moved",
  302: "Found",
  304: "Not modified",
  400: "Bad request",
  401: "No credential",
  403: "Denied",
  404: "Not found",
  405: "Method not allowed",
  409: "Conflict",
  413: "Too large",
  415: "Media type",
  422: "Not valid",
  429: "Limited",
  499: "Caller left",
  500: "Upstream failed",
  502: "Upstream error",
  503: "Not available",
  504: "Upstream too slow",
};

/** A status in words, and its colour; empty words where the number says all there is. */
export function statusWords(status: number): { text: string; tone: StatusTone } {
  const tone =
    status === 429 ? "limited" : status === 401 || status === 403 ? "denied" : status >= 499 ? "error" : "ok";
  return { text: words[status] ?? "", tone };
}

const windowWords: Readonly<Record<number, string>> = {
  1: "second",
  60: "minute",
  3_600: "hour",
  86_400: "day",
};

/** `a minute`, `30 s`: a limit's window. */
export function windowText(seconds: number): string {
  const known = windowWords[seconds];
  if (known === undefined) return `${seconds.toLocaleString("en")} s`;
  return known === "hour" ? "an hour" : `a ${known}`;
}
