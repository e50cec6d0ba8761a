import { expect, it } from "vitest";
import { foreseenDetail, foreseenWindow, windowWith } from "@/components/matrix/change/foreseen";
import type { CellDetail, Matrix, MatrixCell } from "@/lib/matrix/schema";

const rule = { id: "rule_a", name: "a", effect: "allow", mode: "enforce" } as const;
const window: Matrix = {
  version: 1,
  credentials: [
    { id: "key_1", name: "one", kind: "key", environment: "live", customer: null, status: "active" },
  ],
  services: [{ id: "svc_1", slug: "echo", name: "Echo", visibility: "private", defaultVerdict: "deny" }],
  cells: [],
  totals: { credentials: 1, services: 1 },
};
const place = { credential: "key_1", service: "echo" };

it("an attached rule stands in its cell at once, and a detached one no longer", () => {
  const attached = foreseenWindow(window, { ...place, attach: [rule], detach: [] });
  expect(attached.cells).toEqual([
    { ...place, state: "denied", checks: [], rules: [{ ...rule, via: "cell", outcome: "sometimes" }] },
  ]);
  const again = foreseenWindow(attached, { ...place, attach: [rule], detach: [] });
  expect(again.cells[0]?.rules).toHaveLength(1);
  expect(foreseenWindow(attached, { ...place, attach: [], detach: ["rule_a"] }).cells[0]?.rules).toEqual([]);
});

it("a rule that reaches the cell from elsewhere stays when it is detached here", () => {
  const cell: MatrixCell = {
    ...place,
    state: "allowed",
    checks: [],
    rules: [{ ...rule, via: "service", outcome: "always" }],
  };
  const change = { ...place, attach: [], detach: ["rule_a"] };
  expect(foreseenWindow(windowWith(window, cell), change).cells).toEqual([cell]);
});

it("windows that do not hold the cell stay as they are", () => {
  expect(foreseenWindow(window, { ...place, service: "other", attach: [rule], detach: [] })).toBe(window);
  const other = { credential: "key_2", service: "echo", state: "denied" as const, rules: [], checks: [] };
  expect(windowWith(window, other)).toBe(window);
});

it("a cell's detail gains and loses its own rules", () => {
  const [credential] = window.credentials;
  const [service] = window.services;
  if (credential === undefined || service === undefined) throw new Error("no scene");
  const detail: CellDetail = {
    version: 1,
    credential,
    service: { ...service, methods: [], stripPrefix: "" },
    state: "denied",
    checks: [],
    missingScopes: [],
    rules: [],
  };
  const attached = foreseenDetail(detail, { ...place, attach: [rule], detach: [] });
  expect(attached.rules).toMatchObject([{ name: "a", via: "cell" }]);
  expect(foreseenDetail(attached, { ...place, attach: [], detach: ["rule_a"] }).rules).toEqual([]);
});
