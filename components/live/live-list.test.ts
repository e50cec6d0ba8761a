import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createLiveList, type LiveListOptions, rowsMax } from "@/components/live/live-list";
import type { LiveListener } from "@/lib/client/records/live-source";

interface Row {
  id: string;
  at: number;
}

const row = (at: number): Row => ({ id: `r${at}`, at });
const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => row(first + index));

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("requestAnimationFrame", (draw: () => void) => setTimeout(draw, 16));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** A followed list, what is told to it, and how often it asked to be drawn. */
function followed({ initial = [], order }: Partial<Pick<LiveListOptions<Row>, "initial" | "order">> = {}) {
  const told: LiveListener<Row>[] = [];
  const ends: number[] = [];
  const list = createLiveList<Row>({
    initial,
    order,
    source(listener) {
      const at = told.push(listener);
      return () => ends.push(at);
    },
  });
  let drawn = 0;
  const leave = list.subscribe(() => (drawn += 1));
  return {
    list,
    ends,
    leave,
    tell: () => told.at(-1) ?? expect.fail("nobody follows"),
    ids: () => list.view().rows.map(({ id }) => id),
    drawn: () => drawn,
    frame: () => vi.advanceTimersByTime(120),
  };
}

test("rows that come together are drawn together, newest first, and marked as arrived for two seconds", () => {
  const { list, tell, ids, drawn, frame } = followed({ initial: [row(1)] });
  for (const one of upTo(4, 2)) tell().onRow(one);
  expect(ids()).toEqual(["r1"]);
  frame();
  expect(drawn()).toBe(1);
  expect(ids()).toEqual(["r4", "r3", "r2", "r1"]);
  tell().onRow(row(5));
  frame();
  expect([...list.view().arrived]).toEqual(["r2", "r3", "r4", "r5"]);
  vi.advanceTimersByTime(3_000);
  tell().onRow(row(6));
  frame();
  expect([...list.view().arrived]).toEqual(["r6"]);
});

test("what was shown or waits already is not shown twice", () => {
  const { tell, ids, frame } = followed({ initial: [row(2), row(1)] });
  for (const one of [row(2), row(3), row(3)]) tell().onRow(one);
  frame();
  expect(ids()).toEqual(["r3", "r2", "r1"]);
});

test("paused, rows stand still and all that wait are counted; resumed, the newest are there", () => {
  const { list, tell, ids, frame } = followed({ initial: [row(1)] });
  list.setPaused(true);
  for (const one of upTo(rowsMax + 50, 2)) tell().onRow(one);
  frame();
  expect(ids()).toEqual(["r1"]);
  expect(list.view().waiting).toBe(rowsMax + 49);
  list.setPaused(false);
  expect(list.view().waiting).toBe(0);
  expect(ids()).toHaveLength(rowsMax);
  expect(ids()[0]).toBe(`r${rowsMax + 50}`);
  expect(ids().at(-1)).toBe("r51");
});

test("rows are bounded, and one that was let go may come again", () => {
  const { tell, ids, frame } = followed();
  for (const one of upTo(rowsMax + 1)) tell().onRow(one);
  frame();
  expect(ids()).toHaveLength(rowsMax);
  tell().onRow(row(1));
  frame();
  expect(ids()[0]).toBe("r1");
});

test("rows that may come out of order are put in order", () => {
  const { tell, ids, frame } = followed({ initial: [row(3)], order: (one, other) => other.at - one.at });
  for (const one of [row(5), row(2), row(4)]) tell().onRow(one);
  frame();
  expect(ids()).toEqual(["r5", "r4", "r3", "r2"]);
});

test("the newest that a stream begins with join what is shown, or replace it where older ones may be missing between", () => {
  const joined = followed({ initial: [row(2), row(1)] });
  joined.tell().onNewest([row(2), row(3)], { joined: false });
  expect(joined.ids()).toEqual(["r3", "r2", "r1"]);
  const few = followed({ initial: [row(2), row(1)] });
  few.tell().onNewest([row(3)], { joined: true });
  expect(few.ids()).toEqual(["r3", "r2", "r1"]);
  const apart = followed({ initial: [row(2), row(1)] });
  apart.tell().onNewest([row(8), row(9)], { joined: false });
  expect(apart.ids()).toEqual(["r9", "r8"]);
});

test("it follows while someone looks, and says how the stream stands", () => {
  const { list, ends, leave, tell } = followed();
  const second = list.subscribe(() => undefined);
  tell().onState("live", null);
  tell().onState("reconnecting", null);
  tell().onState("reconnecting", null);
  tell().onDropped(3);
  tell().onDropped(4);
  expect(list.view()).toMatchObject({ state: "reconnecting", attempts: 2, dropped: 7 });
  leave();
  expect(ends).toEqual([]);
  second();
  expect(ends).toEqual([1]);
  list.subscribe(() => undefined)();
  expect(ends).toEqual([1, 2]);
});
