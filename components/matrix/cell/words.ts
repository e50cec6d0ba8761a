import type { ShapeName } from "@/components/ui/words/shapes";
import type { MatrixCell, MatrixCredential } from "@/lib/matrix/schema";

type State = MatrixCell["state"];

/** A state in words and as a shape. */
export const stateLooks: Record<State, { word: string; shape: ShapeName; className: string }> = {
  allowed: { word: "Always allowed", shape: "allow", className: "st-allow" },
  denied: { word: "Always denied", shape: "deny", className: "st-deny" },
  conditional: { word: "Conditional", shape: "conditional", className: "st-cond" },
};

const checkWords: Record<MatrixCell["checks"][number], string> = {
  revoked: "revoked",
  expired: "expired",
  disabled: "disabled",
  "no-credential": "needs a credential",
  addresses: "by address",
  origins: "by origin",
  methods: "by method",
  paths: "by path",
  "required-scopes": "needs a scope",
};

/** What stands in a cell that no rule meets: the check that decides, else the service's own verdict. */
export function plainWord({ checks, state }: MatrixCell): string {
  const [check] = checks;
  if (check !== undefined) return checkWords[check];
  return state === "allowed" ? "allow" : "deny";
}

/** The metal before a credential's name. */
export function metalOf({ kind, environment }: MatrixCredential): "live" | "test" | "none" {
  return kind === "anonymous" || environment === null ? "none" : environment;
}

/** A cell as one sentence for those who do not see it. */
export function cellSentence(cell: MatrixCell, isPlain: boolean): string {
  const names = cell.rules.map(({ name, mode }) => (mode === "shadow" ? `${name}, shadow` : name));
  const checks = cell.checks.map((check) => checkWords[check]);
  const state = isPlain ? `Service default: ${plainWord(cell)}` : stateLooks[cell.state].word;
  return [state, ...checks, ...names].join(", ");
}
