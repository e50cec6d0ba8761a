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

/**
 * Whether what stands under a name is taken for a secret, whatever it looks like: explanations hide it, and what is kept
 * for replays leaves it out.
 */
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
