import { z } from "zod";

/**
 * An address that Latchkey is told to call: http or https, at most 2,000 characters, without spaces, user name or
 * password. Which networks may be called is known only when it is: see PRIVATE_ADDRESSES.
 */
export function calledAddress({ such, without }: CalledAddress) {
  return z
    .string()
    .trim()
    .max(2_000, "must have at most 2,000 characters")
    .superRefine((text, context) => {
      const message = refusal(text, { such, without });
      if (message !== null) context.addIssue({ code: "custom", message });
    });
}

interface CalledAddress {
  /** An example for the refusal. */
  such: string;
  /** What this kind of address has no use for. */
  without: "fragment" | "query or fragment";
}

function refusal(text: string, { such, without }: CalledAddress): string | null {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:"))
    return `must be an http or https address such as ${such}`;
  if (url.username !== "" || url.password !== "") return "must not hold a user name or password";
  if (/[\s\p{C}]/u.test(text)) return "must not hold spaces or control characters";
  return (without === "fragment" ? /#/ : /[?#]/).test(text) ? `must not hold a ${without}` : null;
}
