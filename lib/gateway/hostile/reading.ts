import { gunzipSync, inflateSync } from "node:zlib";

/** What an upstream received; header names are in lower case. */
export interface Arrived {
  method: string;
  target: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: Buffer;
}

/** A path as the most lenient upstream reads it: decoded until stable, `\` as `/`, slashes merged, dots resolved, `;params` cut. */
export function lenientPath(path: string): string {
  const text = decodedUntilStable(path);
  const segments: string[] = [];
  for (const segment of text.replaceAll("\\", "/").split(/\/+/)) {
    const name = segment.split(";", 1)[0] ?? "";
    if (name === "..") segments.pop();
    else if (name !== "." && name !== "") segments.push(name);
  }
  return `/${segments.join("/")}`;
}

function decodedUntilStable(text: string): string {
  const once = text.replace(/%([0-9a-f]{2})/gi, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return once === text ? Buffer.from(text, "latin1").toString("utf8") : decodedUntilStable(once);
}

/** Headers by which an upstream may take another path or method than the request's own. */
const rerouting = /^(?:x-original-ur[il]|x-rewrite-url|x-http-method(?:-override)?|x-method-override)$/;

/** What of the denied an upstream could read out of a request, however leniently; null when nothing. */
export function deniedReading({ method, target, headers, body }: Arrived): string | null {
  const [rawPath = "", rawQuery = ""] = target.split(/\?(.*)/s);
  const path = lenientPath(rawPath).toLowerCase();
  const named = headers.map(([name, value]) => [name.replaceAll("_", "-"), value] as const);
  const values = (wanted: string) => named.filter(([name]) => name === wanted).map(([, value]) => value);
  if (path === "/admin" || path.startsWith("/admin/")) return "the path";
  if (method.toUpperCase() === "DELETE" || /(?:^|[&;])_method=/i.test(decodedUntilStable(rawQuery)))
    return "the method";
  if (named.some(([name]) => rerouting.test(name))) return "a rerouting header";
  if (path === "/reports" && values("x-role").some((value) => /\badmin\b/.test(value))) return "the role";
  if (path === "/reports" && /(?:^|[&;])role=admin(?:[&;\0]|$)/.test(decodedUntilStable(rawQuery)))
    return "the query";
  if (path === "/transfers" && bodyTexts(body).some(tellsLargeAmount)) return "the body";
  return null;
}

function tellsLargeAmount(text: string): boolean {
  const plain = text.replace(/\\u0061/g, "a");
  return [...plain.matchAll(/amount[^0-9]{0,60}([0-9.e]+)/g)].some(([, digits]) => Number(digits) > 100);
}

/** The body as it is, without NULs, decoded, and decompressed. */
function bodyTexts(body: Buffer): string[] {
  const text = body.toString("latin1");
  const inflated = [gunzipSync, inflateSync].flatMap((inflate) => {
    try {
      return [inflate(body, { maxOutputLength: 100_000_000 }).toString("latin1")];
    } catch {
      return [];
    }
  });
  return [text, text.replaceAll("\x00", ""), decodedUntilStable(text), ...inflated];
}
