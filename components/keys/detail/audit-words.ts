import { lengthText, stopText } from "@/components/ui/words/ahead";
import { isFields, textOf } from "@/lib/client/request/read-unknown";
import type { AuditEntry } from "@/lib/events/schema";

const fieldWords: Readonly<Record<string, string>> = {
  name: "name",
  scopes: "scopes",
  roles: "roles",
  metadata: "metadata",
  labels: "labels",
  externalId: "external id",
  rateLimits: "rate limits",
  plan: "plan",
  quotas: "quotas",
  allowedIps: "addresses",
  allowedOrigins: "origins",
  expiresAt: "end",
};

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}

/** What an entry of a key's trail says happened, in a few words. An action that is not known is said as it is named. */
export function auditWords({ action, detail }: Pick<AuditEntry, "action" | "detail">, nowMs: number): string {
  switch (action) {
    case "keys.create":
      return "Created";
    case "keys.disable":
      return "Disabled";
    case "keys.enable":
      return "Enabled";
    case "keys.end-rotation":
      return "Overlap ended";
    case "keys.rotate": {
      const { overlapSeconds } = detail;
      if (typeof overlapSeconds !== "number") return "Rotated";
      return overlapSeconds === 0 ? "Rotated, no overlap" : `Rotated, ${lengthText(overlapSeconds)} overlap`;
    }
    case "keys.extend-rotation": {
      const endsAt = textOf(detail["oldSecretEndsAt"], null);
      return endsAt === null ? "Overlap moved" : `Overlap moved to ${stopText(endsAt, nowMs)}`;
    }
    case "keys.revoke": {
      const reason = textOf(detail["reason"], "");
      return reason === "" ? "Revoked" : `Revoked: ${reason}`;
    }
    case "keys.update": {
      const fields = Object.keys(isFields(detail["changes"]) ? detail["changes"] : {})
        .filter((field) => field !== "disabled")
        .map((field) => fieldWords[field] ?? field);
      return fields.length === 0 ? "Changed" : `Changed ${listed(fields)}`;
    }
    default:
      return action;
  }
}
