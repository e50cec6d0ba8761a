import type { DecisionSource } from "@/lib/events/schema";

/** What asked for a verdict, in words. */
export const sourceWords: Readonly<Record<DecisionSource, string>> = {
  gateway: "the gateway",
  verify: "a verification",
  authorize: "an authorize call",
  "forward-auth": "a proxy, by forward-auth",
  authzen: "an AuthZEN client",
};

/** The same for a choice. */
export const sourceOptions: readonly { value: DecisionSource; label: string }[] = [
  { value: "gateway", label: "Gateway" },
  { value: "forward-auth", label: "Forward-auth" },
  { value: "authzen", label: "AuthZEN" },
  { value: "authorize", label: "Authorize" },
  { value: "verify", label: "Verify" },
];
