"use client";
import { EditButton } from "@/components/forms/edit-button";
import { JsonFacts } from "@/components/ui/words/json-facts";
import { Plate } from "@/components/ui/plate";
import { Tag } from "@/components/ui/tag";
import type { Key } from "@/lib/keys/schema";

/** The provider's own facts about the key, and its labels. */
export function MetadataPlate({ subject, onEdit }: { subject: Key; onEdit?: (() => void) | undefined }) {
  const isEmpty = Object.keys(subject.metadata).length === 0;
  return (
    <Plate title="Metadata" padded={false} aside={<EditButton onEdit={onEdit} what="metadata" />}>
      <div className="pad list">
        {isEmpty && (
          <p className="muted">
            None. Rules can read what stands here as <code>credential.metadata</code>.
          </p>
        )}
        {!isEmpty && <JsonFacts facts={subject.metadata} />}
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
