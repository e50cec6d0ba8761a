"use client";
import { Undo2 } from "lucide-react";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { CellSide } from "@/components/matrix/cell/cell-side";
import { placeWords, type ShownPlace } from "@/components/matrix/cell/sections";
import { useChangeCell, type WantedChange } from "@/components/matrix/change/use-change-cell";
import { useLiveMatrix } from "@/components/matrix/change/use-live-matrix";
import { noMatrixFilters, readMatrixFilters } from "@/components/matrix/filters";
import { MatrixGrid, type GridHandle, type GridTarget } from "@/components/matrix/grid/grid";
import type { GridPlace } from "@/components/matrix/grid/movement";
import { useFirstWindow } from "@/components/matrix/grid/use-windows";
import { MatrixLegend, MatrixToolbar } from "@/components/matrix/matrix-toolbar";
import { useNarrow } from "@/components/matrix/use-narrow";
import { useAddressBar } from "@/components/shell/address-bar";
import { Page, PageHead } from "@/components/shell/page";
import { usePermission } from "@/components/shell/permissions";
import { QueryProblem } from "@/components/states/query-problem";
import { EmptyFirst, LoadingRows, NoMatch } from "@/components/states/states";
import { Button, ButtonLink } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import type { Matrix } from "@/lib/matrix/schema";

type First = NonNullable<ReturnType<typeof useFirstWindow>["data"]>;

/** Credentials × services: what every call of the one to the other comes to, and the rules to change it in place. */
export function MatrixPage({ workspace }: { workspace: string }) {
  const { search, go } = useAddressBar();
  const filters = readMatrixFilters(search);
  const first = useFirstWindow(filters);
  const live = useLiveMatrix();
  const changes = useChangeCell();
  useUndoKey(changes.undo);
  const isNarrowed = Object.keys(filters).length > 0;
  const shown = first.data?.matrix;
  const isEmpty = shown !== undefined && !isNarrowed && emptyKind(shown) !== null;
  return (
    <Page layout="fill">
      <PageHead
        title="Matrix"
        facts={
          shown !== undefined &&
          !isEmpty && (
            <span className="muted nowrap">
              {countWords(shown.totals.credentials, "credential")} on{" "}
              {countWords(shown.totals.services, "service")}
            </span>
          )
        }
        actions={
          <>
            <MatrixLegend />
            <Button
              size={28}
              icon={<Icon of={Undo2} />}
              hint="⌘ Z"
              why={!changes.isUndoable && "Nothing was changed here yet"}
              onClick={changes.undo}
            >
              Undo
            </Button>
          </>
        }
      />
      {!isEmpty && <MatrixToolbar filters={filters} live={live} version={shown?.version} />}
      {first.isPending && <LoadingRows label="Loading the matrix" rows={14} />}
      {first.isError && (
        <QueryProblem things="The matrix" error={first.error} onRetry={() => void first.refetch()} />
      )}
      {shown !== undefined && isEmpty && <FirstRun missing={emptyKind(shown)} />}
      {shown !== undefined && isNarrowed && isNothing(shown) && (
        <NoMatch
          title="No cell matches"
          text="Search and filters are the reason."
          actions={<Button onClick={() => go(noMatrixFilters)}>Clear filters</Button>}
        />
      )}
      {first.data !== undefined && !isEmpty && !isNothing(first.data.matrix) && (
        <Cells
          key={JSON.stringify(filters)}
          filters={filters}
          first={first.data}
          workspace={workspace}
          onChange={changes.change}
        />
      )}
    </Page>
  );
}

interface CellsProps {
  filters: ReturnType<typeof readMatrixFilters>;
  first: First;
  workspace: string;
  onChange: ReturnType<typeof useChangeCell>["change"];
}

/** The grid, and beside it the cell that has its focus. Below 1180 px the cell is shown when it is opened. */
function Cells({ filters, first, workspace, onChange }: CellsProps) {
  const mayChange = usePermission("update:rules");
  const isNarrow = useNarrow();
  const grid = useRef<GridHandle>(null);
  const attach = useRef<HTMLInputElement>(null);
  const [active, setActive] = useState<GridPlace>({ row: 0, column: 0 });
  const [shown, setShown] = useState<ShownPlace | null>(() => firstPlace(first.matrix));
  const [isOpen, setOpen] = useState(false);
  const side = useRef<HTMLElement>(null);
  // Where focus goes once it is drawn.
  const wanted = useRef<"attach" | "side" | null>(null);
  useEffect(() => {
    const target = wanted.current === "attach" ? attach.current : side.current;
    if (wanted.current === null || target === null) return;
    wanted.current = null;
    target.focus();
  });
  const open = (place: GridPlace, focus: typeof wanted.current) => {
    setActive({ ...place });
    setOpen(true);
    wanted.current = focus;
  };
  const close = () => {
    setOpen(false);
    grid.current?.focus();
  };
  const send = (place: ShownPlace | null, change: Pick<WantedChange, "attach" | "detach">) => {
    if (place === null) return;
    const [credential, service] = [place.credential?.id ?? null, place.service?.slug ?? null];
    onChange({ credential, service, where: placeWords(place), ...change });
  };
  const press = (key: string, at: GridTarget): boolean => {
    if (key === "escape") setOpen(false);
    if (!mayChange.allowed || (key !== "a" && key !== "d")) return false;
    const own = at.cell?.rules.filter(({ via }) => via === "cell") ?? [];
    if (key === "d" && own.length === 1) send(shownAt(at), { detach: own });
    else open(at.place, key === "a" ? "attach" : "side");
    return true;
  };
  return (
    <div className={isOpen ? "mx open" : "mx"}>
      <div className="mx-main">
        <MatrixGrid
          ref={grid}
          filters={filters}
          first={first}
          isNarrow={isNarrow}
          active={active}
          onActive={setActive}
          onShown={(at) => setShown(shownAt(at))}
          onOpen={(place, by) => open(place, by === "key" ? "side" : null)}
          onKey={press}
        />
      </div>
      <CellSide
        place={shown}
        anyService={first.matrix.services[0]?.slug ?? ""}
        workspace={workspace}
        why={mayChange.why}
        onAttach={(rule) => send(shown, { attach: [rule] })}
        onDetach={(rule) => send(shown, { detach: [rule] })}
        onClose={close}
        attachRef={attach}
        ref={side}
      />
    </div>
  );
}

function firstPlace({ credentials, services }: Matrix): ShownPlace {
  return { credential: credentials[0] ?? null, service: services[0] ?? null };
}

/** Null while it is not known yet what stands there. */
function shownAt({ credential, service }: GridTarget): ShownPlace | null {
  return credential === undefined || service === undefined ? null : { credential, service };
}

/** Control or Command with Z, outside fields that have an undo of their own. */
function useUndoKey(undo: () => void): void {
  const run = useEffectEvent(undo);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const isTyping =
        event.target instanceof Element && event.target.matches("input, textarea, [contenteditable]");
      if (event.key.toLowerCase() !== "z" || event.shiftKey || isTyping) return;
      if (!event.metaKey && !event.ctrlKey) return;
      event.preventDefault();
      run();
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
}

function countWords(count: number, thing: string): string {
  return `${count.toLocaleString("en")} ${thing}${count === 1 ? "" : "s"}`;
}

function isNothing({ totals }: Matrix): boolean {
  return totals.credentials === 0 || totals.services === 0;
}

/** What there is none of yet. The row for calls without a credential is no key. */
function emptyKind({ totals }: Matrix): "services" | "keys" | null {
  if (totals.services === 0) return "services";
  return totals.credentials <= 1 ? "keys" : null;
}

function FirstRun({ missing }: { missing: "services" | "keys" | null }) {
  if (missing === "services")
    return (
      <EmptyFirst
        title="No services yet"
        text="The matrix shows who may call which service. Put one behind the gateway first."
        actions={
          <ButtonLink kind="primary" href="/services">
            Services
          </ButtonLink>
        }
      />
    );
  return (
    <EmptyFirst
      title="No keys yet"
      text="The matrix shows which key may call which service, and lets rules be attached in place."
      actions={
        <ButtonLink kind="primary" href="/keys?create=key">
          Create key
        </ButtonLink>
      }
    />
  );
}
