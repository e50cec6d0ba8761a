"use client";
import type { ChosenFile } from "@/components/datastore/form/value-draft";
import { sizeText } from "@/components/datastore/value/value-text";
import { Field } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
import type { HeldValue } from "@/lib/client/datastore";

export interface FileFieldProps {
  /** The bytes that are there; kept when no file is chosen. */
  stored: HeldValue | null;
  file: ChosenFile | null;
  error: string | undefined;
  onChange: (file: ChosenFile | null) => void;
}

/** Bytes from a file, with the type that the browser says it has. */
export function FileField({ stored, file, error, onChange }: FileFieldProps) {
  const choose = async (chosen: File | undefined) => {
    if (chosen === undefined) return onChange(null);
    const bytes = new Uint8Array(await chosen.arrayBuffer());
    onChange({ name: chosen.name, type: chosen.type || "application/octet-stream", bytes });
  };
  const kept =
    stored === null ? "Up to 256 KiB." : `Without a file its ${sizeText(stored.bytes.length)} stay.`;
  return (
    <Field
      label="File"
      help={file === null ? kept : `${file.name}, ${sizeText(file.bytes.length)}, ${file.type}`}
      error={error}
    >
      <Input type="file" onChange={(event) => void choose(event.target.files?.[0])} />
    </Field>
  );
}
