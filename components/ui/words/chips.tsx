import { clsx } from "clsx";
import { Shape } from "@/components/ui/words/shapes";

/** A scope: the verb steps back, the resource is read. */
export function ScopeChip({ scope }: { scope: string }) {
  const colon = scope.indexOf(":") + 1;
  return (
    <code className="scope" title={scope}>
      <span>{scope.slice(0, colon)}</span>
      {scope.slice(colon)}
    </code>
  );
}

export interface ScopeListProps {
  scopes: readonly string[];
  /** How many are shown before "+n"; all when absent. */
  most?: number;
}

/** Scopes in a row; those beyond `most` are counted and named in a title. */
export function ScopeList({ scopes, most = scopes.length }: ScopeListProps) {
  const rest = scopes.slice(most);
  return (
    <span className="scopes">
      {scopes.slice(0, most).map((scope) => (
        <ScopeChip key={scope} scope={scope} />
      ))}
      {rest.length > 0 && (
        <span className="small faint" title={rest.join(", ")}>
          +{rest.length}
        </span>
      )}
    </span>
  );
}

/** A method and a canonical path or route template; `{name}`, `*` and `**` step back. */
export function RouteText({ method, path }: { method?: string | undefined; path: string }) {
  return (
    <span className="route" title={method ? `${method} ${path}` : path}>
      {method && <b>{method}</b>}
      {path.split(/(\{[^}]*\}|\*+)/).map((part, at) =>
        at % 2 === 1 ? (
          <span key={at} className="var">
            {part}
          </span>
        ) : (
          part
        ),
      )}
    </span>
  );
}

export interface RuleChipProps {
  name: string;
  effect: "allow" | "deny";
  /** A shadow rule is judged and never enforced: dashed. */
  shadow?: boolean;
}

/** A rule by name, with the shape of its effect. */
export function RuleChip({ name, effect, shadow = false }: RuleChipProps) {
  return (
    <span className={clsx("rule", shadow ? "shadow" : effect)} title={name}>
      <Shape name={shadow ? `would-${effect}` : effect} />
      <span className="vh">{shadow ? `would ${effect}` : effect}</span>
      {name}
    </span>
  );
}
