/** Why a token of a registered issuer is no credential: a sentence for its holder. None of them holds a claim's value. */
export const tokenRefusals = {
  TOKEN_TOO_LARGE: "This token is too long to be looked at.",
  TOKEN_MALFORMED: "This token is not a signed JWT of well-formed JSON that names nothing twice.",
  TOKEN_TYPE: "This token is of a typ that is not for calling APIs.",
  TOKEN_ALGORITHM: "This token is signed with an algorithm that its issuer is not registered with.",
  TOKEN_CLAIMS: "This token must have a sub and an exp, and its claims must be of their types.",
  TOKEN_BOUND: "This token is bound to a key of its holder, and that proof is not checked here.",
  TOKEN_AUDIENCE: "This token was made for another audience.",
  TOKEN_EXPIRED: "This token has expired.",
  TOKEN_NOT_YET_VALID: "This token is not valid yet.",
  TOKEN_KEY_UNKNOWN: "This token does not name one of its issuer's keys.",
  TOKEN_SIGNATURE: "This token's signature is wrong.",
  ISSUER_DISABLED: "Tokens of this issuer are switched off here.",
  ISSUER_UNAVAILABLE: "The keys of this token's issuer cannot be read right now.",
  BUSY: "Too many tokens are being checked for the first time.",
} as const;

export type TokenRefusal = keyof typeof tokenRefusals;

/** Refusals that say nothing of the token: trying again may help. */
export function isPassing(code: TokenRefusal): boolean {
  return code === "ISSUER_UNAVAILABLE" || code === "BUSY";
}
