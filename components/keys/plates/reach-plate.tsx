"use client";
import { EditButton } from "@/components/forms/edit-button";
import { Plate } from "@/components/ui/plate";
import type { Key } from "@/lib/keys/schema";

function Codes({ values }: { values: readonly string[] }) {
  return (
    <div className="scopes">
      {values.map((value) => (
        <code key={value} className="scope" title={value}>
          {value}
        </code>
      ))}
    </div>
  );
}

/** From which addresses and which web pages the key may be used. */
export function ReachPlate({ subject, onEdit }: { subject: Key; onEdit?: (() => void) | undefined }) {
  const { allowedIps, allowedOrigins } = subject;
  return (
    <Plate
      title="Addresses and origins"
      padded={false}
      aside={<EditButton onEdit={onEdit} what="addresses and origins" />}
    >
      <div className="pad list">
        {allowedIps.length === 0 ? (
          <p className="muted">From any address.</p>
        ) : (
          <>
            <p className="small muted">Only from these addresses</p>
            <Codes values={allowedIps} />
          </>
        )}
        {allowedOrigins.length === 0 ? (
          <p className="muted">From any web page, and from programs.</p>
        ) : (
          <>
            <p className="small muted">Browsers only from these origins</p>
            <Codes values={allowedOrigins} />
          </>
        )}
      </div>
    </Plate>
  );
}
