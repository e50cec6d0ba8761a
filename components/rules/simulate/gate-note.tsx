import { Note } from "@/components/ui/plate";
import { ScopeChip } from "@/components/ui/words/chips";
import type { Trace } from "@/lib/rules/ask/schema";

type Gate = NonNullable<Trace["gate"]>;

/** Why a service itself refused a call: the methods it takes, or the scopes that its routes ask for. */
export function GateNote({ gate, method }: { gate: Gate; method: string }) {
  if (gate.reason === "METHOD_NOT_ALLOWED")
    return (
      <Note tone="deny">
        The service does not take <code>{method}</code>. It takes <code>{gate.allowed.join(", ")}</code>. Its
        rules were not asked.
      </Note>
    );
  return (
    <div className="gate">
      <Note tone="deny">
        The service asks for scopes that the credential does not hold. Its rules were not asked.
      </Note>
      <ul className="gate-needs">
        {gate.requirements.map(({ route, methods, missing }) => (
          <li key={`${route} ${methods?.join() ?? ""}`} className="row small">
            <code className="trunc">
              <b>{methods?.join(", ") ?? "Every method"}</b> {route}
            </code>
            <span className="muted">needs</span>
            {missing.map((scope) => (
              <ScopeChip key={scope} scope={scope} />
            ))}
          </li>
        ))}
      </ul>
    </div>
  );
}
