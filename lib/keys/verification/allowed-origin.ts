/** A browser's page may use a key that lists no origins, or lists its own. A caller that sends no Origin is no browser's page. */
export function isAllowedOrigin(allowedOrigins: readonly string[], origin: string | undefined): boolean {
  return origin === undefined || allowedOrigins.length === 0 || allowedOrigins.includes(origin);
}
