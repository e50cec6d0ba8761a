import { clsx } from "clsx";
import { bladePath, cutOf, edgePath } from "@/components/keys/blade";

export interface MaskedKeyProps {
  /** As the API masks it: prefix, first four of the id, "…", last four (`lk_live_4aF2…9fZk`). */
  masked: string;
  /** An outline for a secret that is revoked, expired or on its way out. */
  spent?: boolean;
  /** 21 steps at 20 px, for the nameplate of a key's own page. */
  large?: boolean;
}

/** Splits `lk_live_4aF2…9fZk` into what steps back, what is read and what ends it. */
function parts(masked: string) {
  const [before = "", last = ""] = masked.split("…");
  const from = before.lastIndexOf("_") + 1;
  return { prefix: before.slice(0, from), head: before.slice(from), last };
}

/**
 * A key as it may be shown: brass is live, nickel is test, an outline is spent. The blade is decoration; the hidden
 * "…" keeps reading aloud and copying exact.
 */
export function MaskedKey({ masked, spent = false, large = false }: MaskedKeyProps) {
  const { prefix, head, last } = parts(masked);
  const { steps, step, height } = large
    ? { steps: 21, step: 8, height: 24 }
    : { steps: 7, step: 5, height: 10 };
  const environment = prefix.endsWith("_test_") ? "env-test" : "env-live";
  return (
    <code className={clsx("key", environment, spent && "spent", large && "big")}>
      <span className="pre">{prefix}</span>
      {head}
      <svg
        className="blade"
        width={steps * step}
        height={height}
        viewBox={`0 0 ${steps * step} ${height}`}
        aria-hidden="true"
      >
        <path d={bladePath(cutOf(head + last, steps), { step, height })} />
      </svg>
      <span className="vh">…</span>
      {last}
    </code>
  );
}

/** Lower edge of the plate that shows a secret once: the cut of that very key. */
export function CutEdge({ masked }: { masked: string }) {
  const { head, last } = parts(masked);
  const line = edgePath(head + last);
  return (
    <svg
      className="cut"
      viewBox="0 0 608 20"
      preserveAspectRatio="none"
      shapeRendering="crispEdges"
      aria-hidden="true"
    >
      <path className="cut-fill" d={`${line}H0Z`} />
      <path className="cut-line" d={line} />
    </svg>
  );
}

/** The thin bar before a credential's name: brass, nickel, an outline for a JWT, a dash for none. */
export function Metal({ of }: { of: "live" | "test" | "jwt" | "none" }) {
  return <span className={clsx("metal", `m-${of}`)} aria-hidden="true" />;
}
