"use client";
import { useQueryClient } from "@tanstack/react-query";
import { Lock } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { FailureNote } from "@/components/accounts/failure-note";
import { useAccountForm } from "@/components/accounts/use-account-form";
import { usePermission } from "@/components/shell/permissions";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/form/choice";
import { Field } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
import { Icon } from "@/components/ui/icon";
import { toast } from "@/components/ui/overlay/toaster";
import { UpdateRetention, type Workspace } from "@/lib/accounts/schema";
import { updateWorkspace, workspace as workspaceQueries } from "@/lib/client/people/members";

/** Fetched when something is to be kept for a shorter time than now. */
const ShortenRetention = lazy(async () => ({
  default: (await import("@/components/settings/shorten-retention")).ShortenRetention,
}));

/** Days as typed; what is missing is no number, which the schema refuses. */
const daysOf = (text: string) => (text.trim() === "" ? Number.NaN : Number(text));

/** How long records are kept. To keep them for a shorter time is asked first, because what is older is deleted. */
export function RetentionSettings({ workspace }: { workspace: Workspace }) {
  const client = useQueryClient();
  const mayUpdate = usePermission("update:workspace");
  const why = !mayUpdate.allowed && "Only owners change the workspace.";
  const [logDays, setLogDays] = useState(String(workspace.logRetentionDays));
  const [auditDays, setAuditDays] = useState(String(workspace.auditRetentionDays ?? 365));
  const [forGood, setForGood] = useState(workspace.auditRetentionDays === null);
  const [asked, setAsked] = useState<UpdateRetention | null>(null);
  const save = async (given: UpdateRetention) => {
    client.setQueryData(workspaceQueries.current().queryKey, await updateWorkspace(given));
    toast({ text: "Retention saved." });
  };
  const form = useAccountForm(UpdateRetention, {
    extra: {
      logRetentionDays: daysOf(logDays),
      auditRetentionDays: forGood ? null : daysOf(auditDays),
    },
    send: async (given) => {
      if (isShorter(given, workspace)) setAsked(given);
      else await save(given);
    },
  });
  return (
    <form className="settings-form" method="post" noValidate onSubmit={form.submit}>
      <FailureNote text={form.failure} />
      <Field
        label="Decisions and events"
        help="Set where Latchkey is installed, for workspaces made from then on"
      >
        <Input
          value={workspace.retentionDays}
          readOnly
          after={
            <>
              <span className="faint">days</span>
              <Icon of={Lock} />
            </>
          }
        />
      </Field>
      <Field
        label="Log lines"
        help="Lines that are older are deleted, within the hour"
        error={form.errors["logRetentionDays"]}
      >
        <Input
          name="logRetentionDays"
          inputMode="numeric"
          autoComplete="off"
          value={logDays}
          readOnly={!mayUpdate.allowed}
          after={<span className="faint">days</span>}
          onChange={(event) => setLogDays(event.target.value)}
        />
      </Field>
      <div className="grid gap-2">
        <Field
          label="Audit entries"
          help={
            forGood
              ? "Every entry is kept; the chain begins with the first"
              : "Older entries are deleted; the chain still verifies from the oldest that is kept"
          }
          error={form.errors["auditRetentionDays"]}
        >
          <Input
            name="auditRetentionDays"
            inputMode="numeric"
            autoComplete="off"
            value={forGood ? "" : auditDays}
            placeholder={forGood ? "for good" : undefined}
            disabled={forGood}
            readOnly={!mayUpdate.allowed}
            after={!forGood && <span className="faint">days</span>}
            onChange={(event) => setAuditDays(event.target.value)}
          />
        </Field>
        <Checkbox
          checked={forGood}
          disabled={!mayUpdate.allowed}
          onChange={(event) => setForGood(event.target.checked)}
        >
          Keep audit entries for good
        </Checkbox>
      </div>
      <div>
        <Button type="submit" why={why} busy={form.busy && "Saving"}>
          Save retention
        </Button>
      </div>
      {asked !== null && (
        <Suspense>
          <ShortenRetention now={workspace} next={asked} onClose={() => setAsked(null)} onConfirm={save} />
        </Suspense>
      )}
    </form>
  );
}

type Kept = Pick<Workspace, "logRetentionDays" | "auditRetentionDays">;

function isShorter(next: Kept, now: Kept): boolean {
  const audit = (days: number | null) => days ?? Number.POSITIVE_INFINITY;
  return (
    next.logRetentionDays < now.logRetentionDays ||
    audit(next.auditRetentionDays) < audit(now.auditRetentionDays)
  );
}
