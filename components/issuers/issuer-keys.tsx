"use client";
import { useQuery } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { QueryProblem } from "@/components/states/query-problem";
import { LoadingRows } from "@/components/states/states";
import { IconButton } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Note, Plate } from "@/components/ui/plate";
import { DataTable } from "@/components/ui/table/data-table";
import { Ago } from "@/components/ui/words/ago";
import { Shape } from "@/components/ui/words/shapes";
import { StatusWord } from "@/components/ui/words/status-word";
import { issuers } from "@/lib/client/issuers";
import { ProblemError } from "@/lib/client/request/problem-error";
import type { Issuer, IssuerKeys } from "@/lib/issuers/schema";

/** The keys that the answering node checks tokens with: when they were read, and why not since. */
export function IssuerKeysPlate({ issuer }: { issuer: Issuer }) {
  const query = useQuery({ ...issuers.keys(issuer.id), refetchInterval: 15_000, retry: false });
  const noSet =
    query.error instanceof ProblemError && query.error.kind === "upstream-unreachable" ? query.error : null;
  return (
    <Plate
      title="Keys"
      note={<Source issuer={issuer} keys={query.data} />}
      padded={false}
      className="recent"
      aside={
        <IconButton
          label="Look again"
          icon={<Icon of={RotateCw} />}
          busy={query.isFetching && "Looking"}
          onClick={() => void query.refetch()}
        />
      }
    >
      {query.isPending && <LoadingRows label="Loading keys" rows={2} height={36} />}
      {noSet && (
        <div className="plate-line" role="status">
          <Note tone="limited" icon={<Shape name="error" />}>
            <b>No token of it can be checked now.</b> {noSet.message}
          </Note>
        </div>
      )}
      {query.isError && !noSet && (
        <QueryProblem things="Keys" error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.data && <Read issuer={issuer} keys={query.data} />}
    </Plate>
  );
}

function Source({ issuer, keys }: { issuer: Issuer; keys: IssuerKeys | undefined }) {
  if (issuer.jwksUrl === null) return "Pasted here; nothing is read";
  if (keys?.readAt === null || keys?.readAt === undefined) return "Not read yet";
  return (
    <>
      Read <Ago at={keys.readAt} />
    </>
  );
}

function Read({ issuer, keys }: { issuer: Issuer; keys: IssuerKeys }) {
  const isEmpty = keys.keys.length + keys.refused.length === 0;
  return (
    <>
      {issuer.jwksUrl !== null && (
        <p className="plate-line">
          <code className="trunc" title={issuer.jwksUrl}>
            {issuer.jwksUrl}
          </code>
        </p>
      )}
      {keys.lastError !== null && (
        <div className="plate-line" role="status">
          <Note tone="limited" icon={<Shape name="error" />}>
            <b>It could not be read last time.</b> The set {keys.lastError}. The keys below count for an hour
            since they were read.
          </Note>
        </div>
      )}
      {isEmpty && keys.lastError === null && (
        <p className="plate-line muted">No key yet. The set is read with the first token.</p>
      )}
      {!isEmpty && (
        <DataTable label="Keys of the issuer" kind="plate" cards>
          <thead>
            <tr>
              <th scope="col">Key id</th>
              <th scope="col">Type</th>
              <th scope="col">Algorithms</th>
              <th scope="col">Status</th>
            </tr>
          </thead>
          <tbody>
            {keys.keys.map((key, at) => (
              <tr key={`${key.kid ?? ""}${at}`}>
                <td>
                  <Kid kid={key.kid} />
                </td>
                <td data-label="Type">{key.kty}</td>
                <td data-label="Algorithms">
                  <code className="muted">{key.algorithms.join(", ")}</code>
                </td>
                <td data-label="Status">
                  <StatusWord status="active">In use</StatusWord>
                </td>
              </tr>
            ))}
            {keys.refused.map((key, at) => (
              <tr key={`refused-${key.kid ?? ""}${at}`} className="quiet">
                <td>
                  <Kid kid={key.kid} />
                </td>
                <td data-label="Why not" colSpan={2}>
                  It {key.reason}
                </td>
                <td data-label="Status">
                  <StatusWord status="revoked">Not used</StatusWord>
                </td>
              </tr>
            ))}
          </tbody>
        </DataTable>
      )}
    </>
  );
}

function Kid({ kid }: { kid: string | null }) {
  if (kid === null) return <span className="faint">no id</span>;
  return (
    <code className="trunc" title={kid}>
      {kid}
    </code>
  );
}
