import type { RuleChoice } from "@/lib/client/name-answers";
import type { CellDetail, CellRule, Matrix, MatrixCell } from "@/lib/matrix/schema";

/** A change of one cell, with all that is drawn before the server answers. */
export interface ForeseenChange {
  credential: string;
  service: string;
  attach: readonly RuleChoice[];
  detach: readonly string[];
}

/** The rules after a change. What they come to is the server's to say, so the state stays until it does. */
function changedRules(rules: readonly CellRule[], { attach, detach }: ForeseenChange): CellRule[] {
  const kept = rules.filter(({ id, via }) => via !== "cell" || !detach.includes(id));
  const added = attach
    .filter(({ id, mode }) => mode !== "off" && !kept.some((rule) => rule.id === id && rule.via === "cell"))
    .map(({ id, name, effect, mode }): CellRule => {
      return { id, name, effect, mode, via: "cell", outcome: "sometimes" };
    });
  return [...added, ...kept.filter(({ id }) => !added.some((rule) => rule.id === id))];
}

/** A window as it will be. A cell that was left out of it, being plain, comes into it. */
export function foreseenWindow(window: Matrix, change: ForeseenChange): Matrix {
  const service = window.services.find(({ slug }) => slug === change.service);
  if (service === undefined || !window.credentials.some(({ id }) => id === change.credential)) return window;
  const isIt = (cell: MatrixCell) => cell.credential === change.credential && cell.service === change.service;
  const plain: MatrixCell = {
    credential: change.credential,
    service: change.service,
    state: service.defaultVerdict === "allow" ? "allowed" : "denied",
    rules: [],
    checks: [],
  };
  const before = window.cells.find(isIt) ?? plain;
  const after = { ...before, rules: changedRules(before.rules, change) };
  return { ...window, cells: [...window.cells.filter((cell) => !isIt(cell)), after] };
}

/** A window with a cell as the server says it is. */
export function windowWith(window: Matrix, cell: MatrixCell): Matrix {
  if (!window.services.some(({ slug }) => slug === cell.service)) return window;
  if (!window.credentials.some(({ id }) => id === cell.credential)) return window;
  const others = window.cells.filter(
    (other) => other.credential !== cell.credential || other.service !== cell.service,
  );
  return { ...window, cells: [...others, cell] };
}

/** One cell's detail as it will be. */
export function foreseenDetail(detail: CellDetail, { attach, detach }: ForeseenChange): CellDetail {
  const kept = detail.rules.filter(({ id, via }) => via !== "cell" || !detach.includes(id));
  const now = new Date().toISOString();
  const added = attach.map(({ id, name, effect, mode }): CellDetail["rules"][number] => ({
    id,
    name,
    effect,
    mode,
    via: "cell",
    outcome: "sometimes",
    attachedBy: null,
    attachedAt: null,
    attachedIn: null,
    updatedBy: "",
    updatedAt: now,
    expiresAt: null,
  }));
  return { ...detail, rules: [...added, ...kept] };
}
