import { expect, test, vi } from "vitest";
import { addressGroup, clearAttempts, countAttempt, refundAttempt } from "@/lib/accounts/sign-in/attempts";
import { randomBase62 } from "@/lib/db/id";

const window = (limit: number) => ({ name: `test:${randomBase62(10)}`, limit, seconds: 60 });

async function refusals(tries: number, windows: Parameters<typeof countAttempt>[0]): Promise<number> {
  const results = await Promise.allSettled(Array.from({ length: tries }, () => countAttempt(windows)));
  return results.filter((result) => result.status === "rejected").length;
}

test("exactly the limit passes, and a full window keeps the others from counting", async () => {
  const [narrow, wide] = [window(3), window(5)];
  expect(await refusals(10, [narrow, wide])).toBe(7);
  expect(await refusals(4, [wide])).toBe(2);
});

test("a success is given back, and clearing opens the window", async () => {
  const one = window(1);
  await countAttempt([one]);
  await refundAttempt([one]);
  expect(await refusals(2, [one])).toBe(1);
  await clearAttempts([one.name]);
  expect(await refusals(1, [one])).toBe(0);
});

test("the window ends at its time, however often someone tried meanwhile, and the refusal says when", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    const one = window(1);
    await countAttempt([one]);
    vi.setSystemTime(Date.now() + 59_000);
    await expect(countAttempt([one])).rejects.toMatchObject({
      message: "Too many attempts. Try again in 1 min.",
    });
    vi.setSystemTime(Date.now() + 1_001);
    if (process.env.TEST_REDIS_URL === undefined) await countAttempt([one]);
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  ["203.0.113.7", "203.0.113.7"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:db8::1", "2001:db8:0:0"],
  [null, "unknown"],
])("the address %s counts as %s", (address, group) => {
  expect(addressGroup(address)).toBe(group);
});
