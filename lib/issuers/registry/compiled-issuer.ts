import type { KeySource } from "@/lib/issuers/key-sets/key-source";
import type { LimitSettings } from "@/lib/limits/effective";

/** An issuer as tokens are judged by it: made anew by every change of its row, never changed itself. */
export interface CompiledIssuer {
  id: string;
  name: string;
  /** The `iss` claim, exactly. */
  iss: string;
  audiences: readonly string[];
  algorithms: readonly string[];
  scopesClaim: string | null;
  /** Of each subject. */
  limits: LimitSettings;
  disabled: boolean;
  keys: KeySource;
  /** Where its keys are read, or null when they were given by hand. */
  jwksUrl: string | null;
  /** The row as text, to tell whether it changed. */
  row: string;
}

/** The issuers of one workspace as one read of the database saw them. */
export interface IssuerRegistry {
  workspaceId: string;
  byIss: ReadonlyMap<string, CompiledIssuer>;
}
