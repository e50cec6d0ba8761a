/** Stands in a kept input where a value was left out: it was there, and nothing more is known of it. No header can hold U+0001. */
export const maskedValue = "\u0001masked";

/** Text longer than this is left out as a secret would be. */
const textMax = 1_024;

/** Keys, JWTs, bearer and basic credentials, private keys and addresses with a password or a secret in their query. */
const secretShape = new RegExp(
  [
    "_(?:live|test)_[0-9A-Za-z]{16}",
    "\\beyJ[\\w-]{8,}\\.[\\w-]{8}",
    "-----BEGIN ",
    "\\b(?:Bearer|Basic|Digest|Negotiate)\\s+\\S{8}",
    "\\b(?:AKIA|ASIA)[0-9A-Z]{16}",
    "\\b(?:gh[pousr]|github_pat|xox[abprs]|sk|rk|pk|whsec|glpat|npm)[_-][\\w-]{10}",
    "://[^/\\s@]{0,200}:[^/\\s@]{0,200}@",
    "[?&;#][\\w.-]{0,40}(?:token|secret|passw|signature|api.?key|session|private.?key)[\\w.-]{0,40}=",
    "[?&;#](?:sig|key|code|auth)=",
  ].join("|"),
  "i",
);

/** No shape above is shorter. */
const shapeMin = 5;

/** Whether a text is left out whatever its name: it looks like a secret, is too long, or no database keeps it. */
export function isLeftOut(text: string): boolean {
  if (text.length < shapeMin) return !isStorable(text);
  return text.length > textMax || secretShape.test(text) || !isStorable(text);
}

/** PostgreSQL's JSON knows neither NUL nor half a surrogate pair; U+0001 is {@link maskedValue}'s. */
function isStorable(text: string): boolean {
  return !text.includes("\u0000") && !text.includes("\u0001") && !/\p{Surrogate}/u.test(text);
}
