"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { capabilityWords } from "@/components/customers/capability-words";
import { usePermission } from "@/components/shell/permissions";
import { QueryProblem } from "@/components/states/query-problem";
import { LoadingRows } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { toast } from "@/components/ui/overlay/toaster";
import { Plate } from "@/components/ui/plate";
import { DataTable } from "@/components/ui/table/data-table";
import { untilText } from "@/components/ui/words/ahead";
import { Ago } from "@/components/ui/words/ago";
import { StatusWord } from "@/components/ui/words/status-word";
import { useNow } from "@/components/ui/words/use-now";
import { dateText } from "@/components/ui/words/when";
import { customers, endPortalSession } from "@/lib/client/customers";
import type { Customer } from "@/lib/customers/schema";
import type { PortalSession } from "@/lib/portal-sessions/schema";

const OpenSession = lazy(async () => ({
  default: (await import("@/components/customers/open-session")).OpenSession,
}));

/** Stays in the provider's own app on behalf of the customer: the newest ten. */
export function CustomerSessions({ customer }: { customer: Customer }) {
  const mayRead = usePermission("read:portal-sessions");
  const mayCreate = usePermission("create:portal-sessions");
  const [opening, setOpening] = useState(false);
  const list = useQuery({ ...customers.sessions(customer.id), enabled: mayRead.allowed });
  const rows = list.data?.items ?? [];
  const isStopped = customer.status === "disabled" && "The customer is disabled. Enable it first.";
  return (
    <Plate
      title="Portal sessions"
      note="Opened by your backend, for components in your own app"
      padded={false}
      className="recent"
      aside={
        <Button
          kind="ghost"
          size={28}
          icon={<Icon of={Plus} />}
          why={mayCreate.why || isStopped}
          onClick={() => setOpening(true)}
        >
          Open session
        </Button>
      }
    >
      {!mayRead.allowed && <p className="plate-line muted">{mayRead.why}</p>}
      {list.isPending && mayRead.allowed && (
        <LoadingRows label="Loading portal sessions" rows={2} height={36} />
      )}
      {list.isError && (
        <QueryProblem things="Portal sessions" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isSuccess && rows.length === 0 && <p className="plate-line muted">None was opened yet.</p>}
      {rows.length > 0 && <SessionTable customer={customer} rows={rows} />}
      {opening && (
        <Suspense>
          <OpenSession customer={customer} onClose={() => setOpening(false)} />
        </Suspense>
      )}
    </Plate>
  );
}

function SessionTable({ customer, rows }: { customer: Customer; rows: readonly PortalSession[] }) {
  return (
    <DataTable label="Portal sessions" kind="plate" cards>
      <thead>
        <tr>
          <th scope="col">Who</th>
          <th scope="col">May</th>
          <th scope="col">Status</th>
          <th scope="col">Opened</th>
          <th scope="col">Ends</th>
          <th scope="col">
            <span className="vh">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((session) => (
          <SessionRow key={session.id} customer={customer} session={session} />
        ))}
      </tbody>
    </DataTable>
  );
}

const looks = {
  waiting: { status: "service-default", word: "Code not used yet" },
  active: { status: "active", word: "Active" },
  ended: { status: "revoked", word: "Ended" },
  expired: { status: "expired", word: "Expired" },
} as const;

function SessionRow({ customer, session }: { customer: Customer; session: PortalSession }) {
  const client = useQueryClient();
  const now = useNow();
  const mayEnd = usePermission("destroy:portal-sessions");
  const { queryKey } = customers.sessions(customer.id);
  const end = useMutation({
    mutationFn: () => endPortalSession(session.id),
    onSuccess: () => toast({ text: "The portal session is ended. Its token is refused from now on." }),
    onError: (error) => toast({ tone: "failed", text: `The portal session goes on. ${error.message}` }),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
  const isLiving = session.status === "waiting" || session.status === "active";
  const look = looks[session.status];
  const may = session.capabilities.map((one) => capabilityWords[one]);
  return (
    <tr className={isLiving ? undefined : "quiet"}>
      <td>
        {session.subject === null ? (
          <span className="faint">not said</span>
        ) : (
          <b className="trunc" title={session.subject}>
            {session.subject}
          </b>
        )}
      </td>
      <td data-label="May" className="muted">
        <span title={may.join(", ")}>{may.length === 1 ? may[0] : `${may.length} capabilities`}</span>
      </td>
      <td data-label="Status">
        <StatusWord status={look.status}>{look.word}</StatusWord>
      </td>
      <td data-label="Opened" className="muted">
        <Ago at={session.createdAt} />
      </td>
      <td data-label="Ends" className="muted" suppressHydrationWarning>
        {isLiving ? untilText(session.expiresAt, now) : dateText(session.expiresAt, now)}
      </td>
      <td className="num">
        {isLiving && (
          <Button
            kind="ghost-danger"
            size={28}
            why={mayEnd.why}
            busy={end.isPending && "Ending"}
            onClick={() => end.mutate()}
          >
            End
          </Button>
        )}
      </td>
    </tr>
  );
}
