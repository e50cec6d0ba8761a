import { readStoredKeys } from "@/lib/keys/authentication/stored-secret";
import type { VerifiedKey } from "@/lib/keys/authentication/verified-key";
import type { RecordedCall } from "@/lib/rules/replay/read-calls";

/** Keys held at once; when there are more, they are read again as they come. */
const keysMax = 5_000;

/** The keys that recorded calls were made with, as they are today. */
export interface KnownKeys {
  /** Reads those of `calls` that are not held yet, in one query. */
  learn(calls: readonly RecordedCall[]): Promise<void>;
  /** Undefined for one that is gone, and for the subject of a JWT. */
  get(id: string | null): VerifiedKey | undefined;
}

export function createKnownKeys(workspaceId: string): KnownKeys {
  const keys = new Map<string, VerifiedKey | undefined>();
  return {
    async learn(calls) {
      const ids = calls.flatMap(({ credentialId }) => (credentialId === null ? [] : [credentialId]));
      const unknown = [...new Set(ids)].filter((id) => !keys.has(id) && id.startsWith("key_"));
      if (unknown.length === 0) return;
      if (keys.size + unknown.length > keysMax) {
        keys.clear();
        // Others of these calls may have been held until now.
        unknown.splice(0, unknown.length, ...new Set(ids));
      }
      for (const id of unknown) keys.set(id, undefined);
      for (const key of await readStoredKeys(workspaceId, unknown)) keys.set(key.keyId, key);
    },
    get: (id) => (id === null ? undefined : keys.get(id)),
  };
}
