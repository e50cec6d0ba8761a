import { setFlagsFromString } from "node:v8";
import { preparsePolicySet, statefulIsAuthorized } from "@cedar-policy/cedar-wasm/nodejs";

// Node 20's compiler inlines calls into WebAssembly, and V8 dies ("unreachable code") where it must undo that.
setFlagsFromString("--no-turbo-inline-js-wasm-calls");

const callsPerRound = 200;

/** Cedar in this process with the rules that `decide()` is measured with, parsed before; each round adds its µs a verdict. */
export interface CedarPeer {
  rules: number;
  samplesUs: number[];
  runRound(): void;
}

/** Method, route and a condition on the principal in each policy, one in ten forbids, as in `bench/decide.ts`. */
function policyAt(index: number): string {
  const methods = index % 2 === 0 ? '[Action::"GET", Action::"POST"]' : '[Action::"GET"]';
  const [effect, condition] =
    index % 10 === 9
      ? ["forbid", 'principal.environment == "test"']
      : ["permit", 'principal.scopes.contains("read:invoices")'];
  return `${effect}(principal, action in ${methods}, resource) when { resource.path like "/v1/resource-${index}/*" && ${condition} };`;
}

/** Teaches Cedar so many rules. */
export function cedarPeer(rules: number): CedarPeer {
  const preparsedPolicySetId = `bench-${rules}`;
  const text = Array.from({ length: rules }, (_, index) => policyAt(index)).join("\n");
  const taught = preparsePolicySet(preparsedPolicySetId, { staticPolicies: text });
  if (taught.type === "failure") throw new Error(JSON.stringify(taught.errors));
  const principal = { type: "Key", id: "key_bench" };
  const key = {
    uid: principal,
    attrs: { environment: "live", scopes: ["read:invoices", "write:invoices"] },
    parents: [],
  };
  const questions = Array.from({ length: 256 }, (_, turn) => {
    const resource = { type: "Call", id: `call-${turn}` };
    const path = `/v1/resource-${Math.floor((turn / 256) * rules)}/id-${turn}`;
    return {
      principal,
      action: { type: "Action", id: "GET" },
      resource,
      context: {},
      preparsedPolicySetId,
      entities: [key, { uid: resource, attrs: { path }, parents: [] }],
    };
  });
  const samplesUs: number[] = [];
  return { rules, samplesUs, runRound };

  function runRound(): void {
    let allowed = 0;
    const start = performance.now();
    for (let call = 0; call < callsPerRound; call++) {
      const question = questions[(call * 37) & 255];
      if (question === undefined) continue;
      const answer = statefulIsAuthorized(question);
      if (answer.type === "success" && answer.response.decision === "allow") allowed++;
    }
    samplesUs.push(((performance.now() - start) * 1_000) / callsPerRound);
    if (allowed === 0) throw new Error("Cedar denied every call, so nothing was measured");
  }
}
