import fc from "fast-check";
import { expect, test } from "vitest";
import { answerOf, answerText } from "@/lib/keys/verification/verify-answer";
import { verifiedKey } from "@/lib/testing/gateway/gateway";

const state = fc.record({
  name: fc.string(),
  limit: fc.nat(),
  remaining: fc.nat(),
  windowSeconds: fc.nat(),
  resetAtMs: fc.nat({ max: 4_000_000_000_000 }),
});

test("the text that is answered is the answer's JSON, whatever the key and its limits", () => {
  fc.assert(
    fc.property(
      fc.option(fc.record({ name: fc.string(), metadata: fc.dictionary(fc.string(), fc.jsonValue()) })),
      fc.constantFrom("VALID", "REVOKED", "RATE_LIMITED"),
      fc.option(fc.array(state)),
      (changes, code, states) => {
        const key = changes === null ? null : verifiedKey(changes);
        const outcome =
          states === null
            ? undefined
            : code === "VALID"
              ? { ok: true as const, states }
              : { ok: false as const, code: "RATE_LIMITED" as const, retryAfterSeconds: 3, states };
        const verification = { key, code, outcome, decision: "evt_1", requestId: "req_1" } as const;
        for (const time of ["first", "again"])
          expect(answerText(verification), time).toBe(JSON.stringify(answerOf(verification)));
      },
    ),
  );
});
