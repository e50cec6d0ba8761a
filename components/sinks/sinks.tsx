"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { SettingsFrame } from "@/components/settings/settings-frame";
import { useAddressBar } from "@/components/shell/address-bar";
import { usePermission } from "@/components/shell/permissions";
import { useShortcut } from "@/components/shell/shortcuts";
import { type SinkAct, SinkRow } from "@/components/sinks/sink-row";
import { QueryProblem } from "@/components/states/query-problem";
import { EmptyFirst, LoadingRows } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { toast } from "@/components/ui/overlay/toaster";
import { DataTable } from "@/components/ui/table/data-table";
import { sinks, updateSink } from "@/lib/client/records/sinks";
import type { Sink } from "@/lib/sinks/schema";

const SinkDialog = lazy(async () => ({
  default: (await import("@/components/sinks/sink-dialog")).SinkDialog,
}));
const ReplayDialog = lazy(async () => ({
  default: (await import("@/components/sinks/replay-dialog")).ReplayDialog,
}));
const DeleteSink = lazy(async () => ({
  default: (await import("@/components/sinks/delete-sink")).DeleteSink,
}));

/** Pauses a sink or lets it go on; at once, and taken back when refused. */
function useSwitchSink() {
  const client = useQueryClient();
  const { queryKey } = sinks.list();
  return useMutation({
    mutationFn: ({ sink, disabled }: { sink: Sink; disabled: boolean }) =>
      updateSink({ id: sink.id, disabled }),
    onMutate: async ({ sink, disabled }) => {
      await client.cancelQueries({ queryKey });
      const before = client.getQueryData(queryKey);
      if (before) {
        const items = before.items.map((one) => (one.id === sink.id ? { ...one, disabled } : one));
        client.setQueryData(queryKey, { ...before, items });
      }
      return before;
    },
    onError: (error, { sink, disabled }, before) => {
      client.setQueryData(queryKey, before);
      toast({
        tone: "failed",
        text: `${sink.name} ${disabled ? "still delivers" : "is still paused"}. ${error.message}`,
      });
    },
    onSuccess: (sink, { disabled }) =>
      toast({
        tone: "changed",
        text: disabled
          ? `${sink.name} paused. Events wait as long as minutes are kept.`
          : `${sink.name} goes on where it stopped.`,
      }),
    onSettled: () => client.invalidateQueries({ queryKey: sinks.all }),
  });
}

function Table({ items, onAct }: { items: readonly Sink[]; onAct: (sink: Sink, act: SinkAct) => void }) {
  return (
    <DataTable label="Sinks" className="settings-list sinks" cards>
      <thead>
        <tr>
          <th scope="col">Sink</th>
          <th scope="col">State</th>
          <th scope="col">Counts</th>
          <th scope="col" className="num">
            Lag
          </th>
          <th scope="col" className="num">
            Waiting
          </th>
          <th scope="col" className="num">
            Delivered
          </th>
          <th scope="col" className="num">
            Last delivered
          </th>
          <th scope="col">
            <span className="vh">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map((sink) => (
          <SinkRow key={sink.id} sink={sink} onAct={(act) => onAct(sink, act)} />
        ))}
      </tbody>
    </DataTable>
  );
}

type Open = { sink: Sink; act: Exclude<SinkAct, "pause"> };

function ActDialog({ open: { sink, act }, onClose }: { open: Open; onClose: () => void }) {
  const done = (text: string) => () => {
    toast({ text });
    onClose();
  };
  switch (act) {
    case "edit":
      return <SinkDialog sink={sink} onClose={onClose} onSaved={done(`${sink.name} saved.`)} />;
    case "replay":
      return (
        <ReplayDialog
          sink={sink}
          onClose={onClose}
          onSaved={done(`${sink.name} sends those events again.`)}
        />
      );
    case "delete":
      return <DeleteSink sink={sink} onClose={onClose} onDeleted={done(`${sink.name} deleted.`)} />;
  }
}

/** Where usage is pushed for billing, and how each delivery stands. */
export function Sinks() {
  const { search, go, amend } = useAddressBar();
  const { data, error, refetch } = useQuery(sinks.list());
  const turn = useSwitchSink();
  const mayCreate = usePermission("create:sinks");
  const [open, setOpen] = useState<Open | null>(null);
  const create = () => {
    if (mayCreate.allowed) go({ create: "sink" });
  };
  useShortcut("c", create);
  const act = (sink: Sink, what: SinkAct) => {
    if (what === "pause") turn.mutate({ sink, disabled: !sink.disabled });
    else setOpen({ sink, act: what });
  };
  return (
    <SettingsFrame
      current="sinks"
      actions={
        <Button
          kind="primary"
          size={28}
          icon={<Icon of={Plus} />}
          hint="C"
          why={mayCreate.why}
          onClick={create}
        >
          Create sink
        </Button>
      }
    >
      {error && !data && (
        <QueryProblem
          things="Sinks"
          error={error}
          stillWorks="Delivery goes on: it does not need this page."
          onRetry={() => void refetch()}
        />
      )}
      {!data && !error && <LoadingRows label="Loading sinks" rows={3} />}
      {data?.items.length === 0 && (
        <EmptyFirst
          title="No sinks yet"
          text="A sink pushes usage to OpenMeter, or whatever takes its events, minute by minute, so that it can be billed there. Nothing is lost while it cannot be reached."
          actions={
            <Button icon={<Icon of={Plus} />} why={mayCreate.why} onClick={create}>
              Create the first sink
            </Button>
          }
        />
      )}
      {data && data.items.length > 0 && <Table items={data.items} onAct={act} />}
      <Suspense>
        {search.get("create") === "sink" && mayCreate.allowed && (
          <SinkDialog
            sink={null}
            onClose={() => amend({ create: null })}
            onSaved={(sink) => {
              amend({ create: null });
              toast({ text: `${sink.name} created. Whole minutes are sent two to three minutes later.` });
            }}
          />
        )}
        {open && <ActDialog open={open} onClose={() => setOpen(null)} />}
      </Suspense>
    </SettingsFrame>
  );
}
