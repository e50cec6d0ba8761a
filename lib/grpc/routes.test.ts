import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { customerCases } from "@/lib/testing/alike/customer-cases";
import { keyCases } from "@/lib/testing/alike/key-cases";
import { keyProblems } from "@/lib/testing/alike/key-problems";
import { bearer, beginStory, type Case, type Story } from "@/lib/testing/alike/story";
import { usageCases } from "@/lib/testing/alike/usage-cases";
import { askGrpc, askHttp, operationNames, type Ask, type Told } from "@/lib/testing/alike/transports";

const address = inject("grpcAddress");
const grpc = address === null ? null : askGrpc(address);
const asks: Record<string, Ask> = {
  HTTP: askHttp(inject("apiOrigin")),
  ...(grpc === null ? {} : { gRPC: grpc.ask }),
};
const tables: Record<string, readonly Case[]> = {
  keys: keyCases,
  "problems of keys": keyProblems,
  customers: customerCases,
  usage: usageCases,
};

afterAll(() => grpc?.close());

describe.each(Object.entries(tables))("one table of cases drives every way of asking: %s", (_, cases) => {
  const told = new Map<string, Map<string, unknown>>();

  describe.each(Object.entries(asks))("%s", (way, ask) => {
    let story: Story;
    const mine = new Map<string, unknown>();
    beforeAll(async () => {
      story = await beginStory();
      told.set(way, mine);
    });
    test.each(cases.map((one) => [one.title, one] as const))("%s", async (title, one) => {
      const answer = await ask(one.operation, inputOf(one, story), headersOf(one, story));
      story.kept.set(title, answer);
      mine.set(title, likeness(answer));
      expect({ kind: answer.kind, words: answer.words }).toEqual({
        kind: one.kind,
        words: expect.any(String),
      });
      if (one.fields !== undefined) expect(answer.fields).toEqual(one.fields);
      if (one.holds !== undefined) expect(likeness(answer).body).toMatchObject(one.holds);
    });
  });

  test("HTTP and gRPC answered alike, case by case", () => {
    const ways = [...told.values()].map((answers) => Object.fromEntries(answers));
    expect(ways).toHaveLength(Object.keys(asks).length);
    for (const way of ways) expect(Object.keys(way)).toHaveLength(cases.length);
    for (const way of ways) expect(way).toEqual(ways[0]);
  });
});

test("every call of the contract is in a table", () => {
  const asked = new Set(Object.values(tables).flatMap((cases) => cases.map(({ operation }) => operation)));
  expect([...asked].toSorted()).toEqual(operationNames.toSorted());
});

function inputOf({ input }: Case, story: Story): JsonObject {
  return typeof input === "function" ? input(story) : input;
}

function headersOf({ as }: Case, story: Story): Record<string, string> {
  return as === undefined ? bearer(story.keys.admin.secret) : as(story);
}

/** An answer without what differs between two workspaces and two moments. */
function likeness({ body, words, retryAfterSeconds, ...rest }: Told) {
  return {
    ...rest,
    // Over HTTP one may also sign in, which is said there.
    words: words.replace(/^Send a key as .*/, "Send a key."),
    saysHowLongToWait: retryAfterSeconds !== null,
    body: alike(body),
  };
}

/** Written when records are stored, which nobody waits for. */
const later = new Set(["lastUsedAt", "lastUsedFrom"]);

const passing = new Set(["lastFour", "masked", "nextCursor", "oldSecret", "newSecret", "createdBy"]);

function alike(value: JsonValue, name = ""): JsonValue {
  if (passing.has(name)) return "…";
  if (name === "retryAfterSeconds") return "seconds";
  if (Array.isArray(value)) return value.map((item) => alike(item));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, item]) => (later.has(key) ? [] : [[key, alike(item, key)]])),
    );
  return typeof value === "string" ? alikeText(value) : value;
}

function alikeText(text: string): string {
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text)) {
    const time = new Date(text);
    // What a case names itself lies far off; everything else is about now.
    return time.getUTCFullYear() >= 2090 ? time.toISOString() : "a time";
  }
  if (/^\w+…\w{4}$/.test(text)) return "a masked value";
  if (/^[0-9A-Za-z]{16}$/.test(text)) return "id of a secret";
  return text.replace(/^([a-z]+)_[0-9A-Za-z_]{10,}$/, "$1_…");
}
