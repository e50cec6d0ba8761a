/** Stands in a kept input where a value was left out: it was there, and nothing more is known of it. No header can hold U+0001. */
export const maskedValue = "\u0001masked";

/** Text longer than this is left out as a secret would be. */
const textMax = 1_024;

/** Anywhere in a name without its separators. */
const tellingParts =
  /token|secret|passw|passphrase|signature|apikey|cookie|authorization|credential|privatekey|accesskey|sessionid|assertion|cardnumber/;

/** Whole words of a name. */
const tellingWords = new Set([
  ..."auth bearer code csrf cvc cvv iban jwt key keys otp pan pin pwd session sid sig ssn xsrf".split(" "),
]);

/** Names that hold a telling word and no secret. */
const harmless = new Set(["idempotency-key", "sec-websocket-key", "sec-fetch-user"]);

/** Also as numbers these are nobody's business; `max_tokens: 100` is no token. */
const tellingNumbers = new Set("card cardnumber code cvc cvv otp pan passcode pin ssn".split(" "));

const known = new Map<string, boolean>();
const knownMax = 5_000;

/** Whether what stands under a name is taken for a secret, whatever it looks like. */
export function isSecretName(name: string): boolean {
  const found = known.get(name);
  if (found !== undefined) return found;
  const secret = !harmless.has(name.toLowerCase()) && tells(name);
  if (known.size >= knownMax) known.clear();
  known.set(name, secret);
  return secret;
}

function tells(name: string): boolean {
  if (name.length > 200) return true;
  return (
    tellingParts.test(name.replace(/[^A-Za-z0-9]/g, "").toLowerCase()) ||
    wordsOf(name).some((word) => tellingWords.has(word))
  );
}

/** `cardPin`, `card_pin` and `card-pin` are all card and pin. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}

/** Whether a number or a truth value under a name is a secret too. */
export function isSecretNumber(name: string): boolean {
  return isSecretName(name) && wordsOf(name).some((word) => tellingNumbers.has(word));
}

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
