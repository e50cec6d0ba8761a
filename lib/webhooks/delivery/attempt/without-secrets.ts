/** So much of a secret at the end of a text counts as its beginning. */
const beginningMin = 4;

/** How base64url and forms write the same characters. */
const others: Readonly<Record<string, string>> = { "+": "-+ ", "/": "_/", "-": "-+ ", _: "_/" };

/** An escape that the end of the text cuts in two. */
const cutEscape = String.raw`(?:%[0-9a-fA-F]?|\\(?:u[0-9a-fA-F]{0,3})?|&[#xX0-9a-fA-F]{0,6})?`;

/**
 * A text with "…" where one of the secrets stood: as base64 or base64url, padded or not, in hexadecimal, with any of its
 * characters escaped as JSON, URLs or HTML do. What the text's end leaves of a secret goes too.
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((left, secret) => {
    const base64 = secret.replace(/^whsec_/, "").replace(/=+$/, "");
    const hexadecimal = Buffer.from(base64, "base64").toString("hex");
    return [base64, hexadecimal, hexadecimal.toUpperCase()].reduce(masked, left);
  }, text);
}

function masked(text: string, secret: string): string {
  const characters = [...secret].map(spellingsOf);
  const whole = `${characters.join("")}(?:${spellingsOf("=")}){0,2}`;
  const first = characters.slice(0, beginningMin).join("");
  const rest = characters
    .slice(beginningMin)
    .reduceRight((after, character) => `(?:${character}${after})?`, "");
  return text.replace(new RegExp(whole, "g"), "…").replace(new RegExp(`${first}${rest}${cutEscape}$`), "…");
}

function spellingsOf(character: string): string {
  const written = [...(others[character] ?? character)];
  const escaped = written.flatMap((one) => {
    const code = one.charCodeAt(0);
    const hex = code.toString(16).replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
    return [
      String.raw`\\?${literal(one)}`,
      `%${hex}`,
      String.raw`\\u00${hex}`,
      `&#[xX]0*${hex};`,
      `&#0*${code};`,
    ];
  });
  return `(?:${escaped.join("|")})`;
}

const literal = (character: string) => (/\w/.test(character) ? character : `\\${character}`);
