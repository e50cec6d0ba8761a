import { expect, test } from "vitest";
import { anonymousMax, countedMax, createAnonymousReaders } from "@/lib/gateway/hookio/anonymous-readers";

const { callsPerMinute, streamsPerAddress, streams } = anonymousMax;

test("an address has so many calls a minute, counts apart from others, and is told when it may come back", () => {
  let nowMs = 15_000;
  const readers = createAnonymousReaders(() => nowMs);
  for (let call = 0; call < callsPerMinute; call += 1) readers.call("192.0.2.1");
  const refused = expect.objectContaining({ kind: "rate-limited", extra: { retryAfterSeconds: 45 } });
  expect(() => readers.call("192.0.2.1")).toThrow(refused);
  expect(() => readers.call("192.0.2.2")).not.toThrow();
  nowMs = 60_000;
  expect(() => readers.call("192.0.2.1")).not.toThrow();
});

test("addresses of one IPv6 network are one, and so are those that are not known", () => {
  const readers = createAnonymousReaders(() => 0);
  for (let call = 0; call < callsPerMinute; call += 1) readers.call(`2001:db8::${call.toString(16)}`);
  expect(() => readers.call("2001:db8::ffff")).toThrow("Too many calls without a key.");
  expect(() => readers.call("2001:db8:0:1::1")).not.toThrow();
  for (let call = 0; call < callsPerMinute; call += 1) readers.call(null);
  expect(() => readers.call(null)).toThrow("Too many calls without a key.");
});

test("however many addresses call, memory is bounded and those beyond share one count", () => {
  const readers = createAnonymousReaders(() => 0);
  const address = (index: number) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
  for (let index = 0; index < countedMax + callsPerMinute; index += 1) readers.call(address(index));
  expect(readers.size()).toBe(countedMax + 1);
  expect(() => readers.call(address(countedMax + callsPerMinute))).toThrow("Too many calls without a key.");
  expect(() => readers.call(address(0))).not.toThrow();
});

test("an address has so many open streams, all of them together so many, and a closed one makes room", () => {
  const readers = createAnonymousReaders();
  const first = new AbortController();
  readers.open("192.0.2.1", first.signal);
  for (let stream = 1; stream < streamsPerAddress; stream += 1)
    readers.open("192.0.2.1", new AbortController().signal);
  const refused = expect.objectContaining({ kind: "rate-limited", extra: { retryAfterSeconds: 10 } });
  const another = () => readers.open("192.0.2.1", new AbortController().signal);
  expect(another).toThrow(refused);
  first.abort();
  expect(another).not.toThrow();
  for (let stream = streamsPerAddress; stream < streams; stream += 1)
    readers.open(`10.0.${stream >> 8}.${stream & 255}`, new AbortController().signal);
  expect(() => readers.open("192.0.2.9", new AbortController().signal)).toThrow(refused);
});

test("a reader who is gone before the stream begins takes no place", () => {
  const readers = createAnonymousReaders();
  for (let stream = 0; stream <= streamsPerAddress; stream += 1)
    readers.open("192.0.2.1", AbortSignal.abort());
  expect(readers.size()).toBe(0);
});
