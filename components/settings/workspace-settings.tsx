"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Lock } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { FailureNote } from "@/components/accounts/failure-note";
import { useAccountForm } from "@/components/accounts/use-account-form";
import { MaskedKey } from "@/components/keys/masked-key";
import { RetentionSettings } from "@/components/settings/retention-settings";
import { usePermission } from "@/components/shell/permissions";
import { QueryProblem } from "@/components/states/query-problem";
import { LoadingRows } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
import { Icon } from "@/components/ui/icon";
import { toast } from "@/components/ui/overlay/toaster";
import { Plate } from "@/components/ui/plate";
import { KeyPrefix, UpdateWorkspace, type Workspace } from "@/lib/accounts/schema";
import { updateWorkspace, workspace as workspaceQueries } from "@/lib/client/people/members";

/** Name, address and key prefix of the workspace, and how long it keeps records. */
export function WorkspaceSettings() {
  const current = useQuery(workspaceQueries.current());
  if (current.isPending) return <LoadingRows label="Loading the workspace" rows={3} />;
  if (current.isError)
    return (
      <QueryProblem things="The workspace" error={current.error} onRetry={() => void current.refetch()} />
    );
  return (
    <>
      <WorkspaceForm workspace={current.data} />
      <h2 className="settings-heading">Retention</h2>
      <RetentionSettings workspace={current.data} />
    </>
  );
}

function WorkspaceForm({ workspace }: { workspace: Workspace }) {
  const client = useQueryClient();
  const router = useRouter();
  const mayUpdate = usePermission("update:workspace");
  const why = !mayUpdate.allowed && "Only owners change the workspace.";
  const [prefix, setPrefix] = useState(workspace.keyPrefix);
  const form = useAccountForm(UpdateWorkspace, {
    send: async (given) => {
      client.setQueryData(workspaceQueries.current().queryKey, await updateWorkspace(given));
      toast({
        text:
          given.keyPrefix === workspace.keyPrefix
            ? "Workspace saved."
            : `Workspace saved. New keys begin with ${given.keyPrefix}.`,
      });
      router.refresh();
    },
  });
  return (
    <form className="settings-form" method="post" noValidate onSubmit={form.submit}>
      <FailureNote text={form.failure} />
      <Field label="Name" error={form.errors["name"]}>
        <Input
          name="name"
          defaultValue={workspace.name}
          maxLength={60}
          readOnly={!mayUpdate.allowed}
          autoComplete="off"
        />
      </Field>
      <Field label="Slug" help="Part of every service's address, so it stays as it is">
        <Input defaultValue={workspace.slug} readOnly className="mono" after={<Icon of={Lock} />} />
      </Field>
      <Field
        label="Key prefix"
        help="Keys made from now on begin with it; those that exist keep theirs"
        error={form.errors["keyPrefix"]}
      >
        <Input
          name="keyPrefix"
          className="mono"
          value={prefix}
          onChange={(event) => setPrefix(event.target.value)}
          readOnly={!mayUpdate.allowed}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
        />
      </Field>
      <Example prefix={prefix} />
      <div>
        <Button kind="primary" type="submit" why={why} busy={form.busy && "Saving"}>
          Save workspace
        </Button>
      </div>
    </form>
  );
}

/** How a live and a test key would look, as long as the prefix could be one. */
function Example({ prefix }: { prefix: string }) {
  const sound = KeyPrefix.safeParse(prefix).success;
  return (
    <Plate title="A new key" note="as it is shown ever after">
      <ul className="grid gap-2" aria-live="polite">
        {sound ? (
          (["live", "test"] as const).map((environment) => (
            <li key={environment}>
              <MaskedKey masked={`${prefix}_${environment}_4aF2…9fZk`} />
            </li>
          ))
        ) : (
          <li className="faint">Letters, digits or inner _, beginning with a letter</li>
        )}
      </ul>
    </Plate>
  );
}
