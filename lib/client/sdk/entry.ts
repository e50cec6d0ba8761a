/** Everything that the package offers at `latchkey/client`. */
export { createLatchkey, type LatchkeySettings } from "@/lib/client/sdk/client";
export { eachItem } from "@/lib/client/sdk/each-item";
export { isLatchkeyError, LatchkeyError, type FailureKind } from "@/lib/client/sdk/failure";
export type { Answer, CallOptions, Input, Latchkey, OperationId } from "@/lib/client/sdk/operation-types";
export {
  createGuard,
  type Caller,
  type Guard,
  type GuardSettings,
  type IncomingCall,
  type Verdict,
} from "@/lib/client/sdk/verify/guard";
