"use client";
import { useQuery } from "@tanstack/react-query";
import { ListSearch } from "@/components/lists/list-search";
import { useListAddress } from "@/components/lists/use-list-address";
import { everyPlatformEntry } from "@/components/roles/roles-view";
import { ViewSwitch } from "@/components/roles/view-switch";
import { SettingsFrame } from "@/components/settings/settings-frame";
import { usePermission } from "@/components/shell/permissions";
import { QueryProblem } from "@/components/states/query-problem";
import { LoadingRows, NoMatch } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { DataTable, Toolbar } from "@/components/ui/table/data-table";
import { FilterChip } from "@/components/ui/table/filter-chip";
import { ScopeChip } from "@/components/ui/words/chips";
import { scopes } from "@/lib/client/people/scopes";
import type { ScopeEntry } from "@/lib/scopes/schema";

const resourceOf = (name: string) => name.slice(name.indexOf(":") + 1);

/** Latchkey's own scopes, which nobody changes: what each permits, and the system event it goes by. */
export function PlatformScopes() {
  const { search, q, seek, narrow } = useListAddress();
  const { data, error, refetch } = useQuery(scopes.list(everyPlatformEntry));
  const resource = search.get("resource");
  const all = data?.items ?? [];
  const words = q.toLowerCase().split(/\s+/);
  const rows = all.filter(({ name, description, event }) => {
    const text = `${name} ${description} ${event ?? ""}`.toLowerCase();
    return words.every((word) => text.includes(word)) && (resource === null || resourceOf(name) === resource);
  });
  const resources = [...new Set(all.map(({ name }) => resourceOf(name)))].sort();
  return (
    <SettingsFrame current="roles">
      <Toolbar>
        <ViewSwitch />
        <ListSearch
          label="Filter Latchkey's scopes"
          placeholder="Filter name, meaning or event"
          q={q}
          onSearch={seek}
        />
        <FilterChip
          label="Resource"
          options={resources.map((value) => ({ value, label: value }))}
          value={resource}
          onChange={(value) => narrow({ resource: value })}
        />
      </Toolbar>
      {data === undefined && !error && <LoadingRows label="Loading Latchkey's scopes" />}
      {data === undefined && error && (
        <QueryProblem things="Latchkey's scopes" error={error} onRetry={() => void refetch()} />
      )}
      {data !== undefined && rows.length === 0 && (
        <NoMatch
          title="No scope matches"
          text="Names, meanings and events are searched."
          actions={<Button onClick={() => narrow({ q: null, resource: null })}>Clear filters</Button>}
        />
      )}
      {rows.length > 0 && <Catalogue rows={rows} total={all.length} />}
    </SettingsFrame>
  );
}

function Catalogue({ rows, total }: { rows: readonly ScopeEntry[]; total: number }) {
  return (
    <>
      <DataTable label="Latchkey's scopes" className="settings-list catalogue" cards>
        <thead>
          <tr>
            <th scope="col">Scope</th>
            <th scope="col">Holding it means</th>
            <th scope="col">Event</th>
            <th scope="col">You</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((scope) => (
            <tr key={scope.name}>
              <td>
                <ScopeChip scope={scope.name} />
              </td>
              <td data-label="Means" className="cell-wide">
                {scope.description}
              </td>
              <td data-label="Event">
                {scope.event === null ? null : <code className="muted">{scope.event}</code>}
              </td>
              <td data-label="You">
                <Held scope={scope.name} />
              </td>
            </tr>
          ))}
        </tbody>
      </DataTable>
      <p className="pager" role="status">
        {rows.length === total ? `${total} scopes` : `${rows.length} of ${total} scopes`}
      </p>
    </>
  );
}

/** Whether the person looking holds it, and so may grant it. */
function Held({ scope }: { scope: string }) {
  const { allowed } = usePermission(scope);
  return allowed ? <span>hold it</span> : <span className="faint">do not</span>;
}
