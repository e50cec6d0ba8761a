import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { signedHeaders } from "@/lib/webhooks/delivery/attempt/sign";
import {
  newKeyring,
  openKeyring,
  rotated,
  runningOverlaps,
  sealKeyring,
  signingSecrets,
} from "@/lib/webhooks/endpoints/keyring";

test("the specification's own message gets the signature that the specification says", () => {
  expect(
    signedHeaders(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], {
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      timestamp: 1614265330,
      body: '{"test": 2432232314}',
    }),
  ).toEqual({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

test("during a rotation both the new secret and the old verify, after it the new one only; a changed byte never does", () => {
  const [now, body] = [Date.now(), '{"amount":"12 €"}'];
  const before = newKeyring();
  const after = rotated(before, 60, now);
  const timestamp = Math.floor(now / 1_000);
  const during = signedHeaders(signingSecrets(after, now + 59_000), { id: "m", timestamp, body });
  const later = signedHeaders(signingSecrets(after, now + 61_000), { id: "m", timestamp, body });
  const verifies = (secret: string, headers: Record<string, string>, text = body) => {
    try {
      return new Webhook(secret).verify(text, headers) !== null;
    } catch {
      return false;
    }
  };
  expect(during["webhook-signature"].split(" ")).toHaveLength(2);
  expect([verifies(after.current, during), verifies(before.current, during)]).toEqual([true, true]);
  expect([verifies(after.current, later), verifies(before.current, later)]).toEqual([true, false]);
  expect(verifies(after.current, during, body.replace("12", "13"))).toBe(false);
  expect(verifies(after.current, { ...during, "webhook-id": "n" })).toBe(false);
});

test("secrets are 32 random bytes each, rotations in a row keep the newest overlaps, and the sealed form opens again", () => {
  let keyring = newKeyring();
  const seen = new Set<string>();
  for (let round = 0; round < 8; round += 1) {
    seen.add(keyring.current);
    expect(Buffer.from(keyring.current.slice(6), "base64")).toHaveLength(32);
    keyring = rotated(keyring, 3_600);
  }
  expect(seen.size).toBe(8);
  expect(runningOverlaps(keyring)).toHaveLength(4);
  expect(runningOverlaps(rotated(keyring, 0))).toHaveLength(4);
  const sealed = sealKeyring(keyring);
  expect(Buffer.from(sealed).toString("latin1")).not.toContain(keyring.current.slice(6));
  expect(openKeyring(sealed)).toEqual(keyring);
  sealed[20] = (sealed[20] ?? 0) ^ 1;
  expect(openKeyring(sealed)).toBeNull();
});
