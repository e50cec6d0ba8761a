"use client";
import { EditButton } from "@/components/keys/plates/edit-button";
import { Plate } from "@/components/ui/plate";
import { Tag } from "@/components/ui/tag";
import type { Key } from "@/lib/keys/schema";

/** The provider's own facts about the key, and its labels. */
export function MetadataPlate({ subject, onEdit }: { subject: Key; onEdit?: (() => void) | undefined }) {
  const entries = Object.entries(subject.metadata);
  return (
    <Plate title="Metadata" padded={false} aside={<EditButton onEdit={onEdit} what="metadata" />}>
      <div className="pad list">
        {entries.length === 0 && (
          <p className="muted">
            None. Rules can read what stands here as <code>credential.metadata</code>.
          </p>
        )}
        {entries.length > 0 && (
          <dl className="kv">
            {entries.map(([name, value]) => (
              <div key={name} className="contents">
                <dt className="trunc" title={name}>
                  {name}
                </dt>
                <dd className="trunc" title={JSON.stringify(value)}>
                  {JSON.stringify(value)}
                </dd>
              </div>
            ))}
          </dl>
        )}
        {subject.externalId !== null && (
          <p className="small muted">
            External id <code>{subject.externalId}</code>
          </p>
        )}
        {subject.labels.length > 0 && (
          <div className="scopes">
            {subject.labels.map((label) => (
              <Tag key={label}>{label}</Tag>
            ))}
          </div>
        )}
      </div>
    </Plate>
  );
}
