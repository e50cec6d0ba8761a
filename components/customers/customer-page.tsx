"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { CustomerKeys } from "@/components/customers/customer-keys";
import { CustomerMembers } from "@/components/customers/members/customer-members";
import { CeilingPlate, MetadataPlate, SharedLimitsPlate } from "@/components/customers/customer-plates";
import { CustomerSessions } from "@/components/customers/customer-sessions";
import { keyCountText } from "@/components/customers/customer-table";
import { DetailActions } from "@/components/shell/detail-actions";
import { Page, PageHead } from "@/components/shell/page";
import { usePermission } from "@/components/shell/permissions";
import { DetailState } from "@/components/states/detail-state";
import { CopyButton } from "@/components/ui/copy-button";
import { toast } from "@/components/ui/overlay/toaster";
import { Note } from "@/components/ui/plate";
import { Ago } from "@/components/ui/words/ago";
import { StatusWord } from "@/components/ui/words/status-word";
import { useNow } from "@/components/ui/words/use-now";
import { dateText, momentText } from "@/components/ui/words/when";
import { customers, updateCustomer } from "@/lib/client/customers";
import type { Customer } from "@/lib/customers/schema";

const CustomerDialog = lazy(async () => ({
  default: (await import("@/components/customers/form/customer-dialog")).CustomerDialog,
}));
const MetadataDialog = lazy(async () => ({
  default: (await import("@/components/forms/metadata-dialog")).MetadataDialog,
}));
const DisableCustomer = lazy(async () => ({
  default: (await import("@/components/customers/disable-customer")).DisableCustomer,
}));
const DeleteCustomer = lazy(async () => ({
  default: (await import("@/components/customers/delete-customer")).DeleteCustomer,
}));

const crumb = { label: "Customers", href: "/customers" };

export interface CustomerPageProps {
  /** Id or external id. */
  id: string;
  /** Name of the workspace. */
  workspace: string;
  /** The page's Content-Security-Policy nonce, for the JSON editor's own style sheet. */
  nonce: string | undefined;
}

/** One customer: what its keys may do at most, its keys, people and portal sessions. */
export function CustomerPage({ id, workspace, nonce }: CustomerPageProps) {
  const detail = useQuery(customers.detail(id));
  if (detail.data) return <Shown customer={detail.data} nonce={nonce} />;
  return (
    <DetailState
      query={detail}
      thing="customer"
      crumb={crumb}
      all="All customers"
      workspace={workspace}
      stillWorks="Its keys still work: the gateway does not need this page."
    />
  );
}

type Open = "edit" | "metadata" | "disable" | "delete";

function Shown({ customer, nonce }: { customer: Customer; nonce: string | undefined }) {
  const router = useRouter();
  const [open, setOpen] = useState<Open | null>(null);
  const mayUpdate = usePermission("update:customers");
  const mayDestroy = usePermission("destroy:customers");
  const isDisabled = customer.status === "disabled";
  const enable = useEnable(customer);
  const close = () => setOpen(null);
  const saved = () => {
    close();
    toast({ text: `${customer.name} saved. It holds from the next call on.` });
  };
  const onEdit = mayUpdate.allowed ? () => setOpen("edit") : undefined;
  return (
    <Page>
      <PageHead
        title={customer.name}
        crumb={crumb}
        facts={<StatusWord status={customer.status} />}
        actions={
          <DetailActions
            edit={{ why: mayUpdate.why, onEdit: onEdit }}
            pause={{
              isDisabled: isDisabled,
              why: mayUpdate.why,
              isEnabling: enable.isPending,
              onDisable: () => setOpen("disable"),
              onEnable: () => enable.mutate(),
            }}
            remove={{ label: "Delete customer", why: mayDestroy.why, onRemove: () => setOpen("delete") }}
          />
        }
      />
      <Nameplate customer={customer} />
      {customer.disabledAt !== null && (
        <Note tone="limited">
          <b>Disabled since {momentText(customer.disabledAt)}.</b> Its keys, members and portal sessions are
          refused until it is enabled. Nothing of it is gone.
        </Note>
      )}
      <div className="main-aside content">
        <div className="stack">
          <CustomerKeys customer={customer} />
          <CustomerMembers customer={customer} />
          <CustomerSessions customer={customer} />
        </div>
        <aside className="stack" aria-label="About this customer">
          <CeilingPlate customer={customer} onEdit={onEdit} />
          <SharedLimitsPlate customer={customer} onEdit={onEdit} />
          <MetadataPlate
            customer={customer}
            onEdit={mayUpdate.allowed ? () => setOpen("metadata") : undefined}
          />
        </aside>
      </div>
      <Suspense>
        {open === "edit" && <CustomerDialog customer={customer} onClose={close} onSaved={saved} />}
        {open === "metadata" && (
          <MetadataDialog
            name={customer.name}
            description="Your own facts about it: a JSON object of at most 16 KiB."
            metadata={customer.metadata}
            nonce={nonce}
            save={(metadata) => updateCustomer({ id: customer.id, metadata })}
            touches={[customers.all]}
            onClose={close}
            onSaved={saved}
          />
        )}
        {open === "disable" && <DisableCustomer customer={customer} onClose={close} />}
        {open === "delete" && (
          <DeleteCustomer
            customer={customer}
            onClose={close}
            onDeleted={() => {
              toast({ text: `${customer.name} deleted. Its decisions and revoked keys stay as history.` });
              router.push("/customers");
            }}
          />
        )}
      </Suspense>
    </Page>
  );
}

/** Shown at once, and taken back when it is refused. */
function useEnable(customer: Customer) {
  const client = useQueryClient();
  const { queryKey } = customers.detail(customer.id);
  return useMutation({
    mutationFn: () => updateCustomer({ id: customer.id, disabled: false }),
    onMutate: () => client.setQueryData(queryKey, { ...customer, status: "active", disabledAt: null }),
    onSuccess: () => toast({ text: `${customer.name} is enabled. Its keys work again.` }),
    onError: (error) => {
      client.setQueryData(queryKey, customer);
      toast({ tone: "failed", text: `${customer.name} is still disabled. ${error.message}` });
    },
    onSettled: () => client.invalidateQueries({ queryKey: customers.all }),
  });
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd suppressHydrationWarning>{children}</dd>
    </div>
  );
}

function Nameplate({ customer }: { customer: Customer }) {
  const now = useNow();
  return (
    <dl className="facts strip-facts">
      <Fact label="Customer">
        <code>{customer.id}</code>
        <CopyButton text={customer.id} label="Copy customer id" />
      </Fact>
      <Fact label="External id">
        <code className="trunc" title={customer.externalId}>
          {customer.externalId}
        </code>
        <CopyButton text={customer.externalId} label="Copy external id" />
      </Fact>
      <Fact label="Plan">{customer.plan ?? "None"}</Fact>
      <Fact label="Keys">{keyCountText(customer)}</Fact>
      <Fact label="Added">{dateText(customer.createdAt, now)}</Fact>
      <Fact label="Changed">
        <Ago at={customer.updatedAt} />
      </Fact>
    </dl>
  );
}
