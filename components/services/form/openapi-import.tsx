"use client";
import { useMutation } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { useRef, useState } from "react";
import { RefusalNote } from "@/components/forms/refusal-note";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/form/choice";
import { Field } from "@/components/ui/form/field";
import { Textarea } from "@/components/ui/form/input";
import { Icon } from "@/components/ui/icon";
import { Note } from "@/components/ui/plate";
import { Tag } from "@/components/ui/tag";
import { previewScopes } from "@/lib/client/services";
import type { ImportedScopes } from "@/lib/services/openapi/schema";
import type { RequiredScopes } from "@/lib/services/schema";

export interface OpenapiImportProps {
  serviceId: string;
  /** Takes what was found in place of what is typed. */
  onUse: (required: readonly RequiredScopes[]) => void;
}

/** Reads required scopes from an OpenAPI document, says what it could not express, and puts them into the form to be saved. */
export function OpenapiImport({ serviceId, onUse }: OpenapiImportProps) {
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState("");
  const [withServers, setWithServers] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const preview = useMutation({
    mutationFn: (document: string) =>
      previewScopes({ id: serviceId, document, basePath: withServers ? "servers" : "none" }),
  });
  const change = (next: string) => {
    setText(next);
    preview.reset();
  };
  if (!isOpen)
    return (
      <div>
        <Button size={28} icon={<Icon of={FileUp} />} onClick={() => setOpen(true)}>
          Read from an OpenAPI document
        </Button>
      </div>
    );
  return (
    <div className="oas">
      <Field
        label="OpenAPI document"
        aside="3.0 or 3.1, JSON or YAML"
        help="Nothing that it refers to is fetched."
      >
        <Textarea
          className="mono"
          rows={5}
          spellCheck={false}
          placeholder="openapi: 3.1.0"
          value={text}
          onChange={(event) => change(event.target.value)}
        />
      </Field>
      <Checkbox checked={withServers} onChange={() => setWithServers((was) => !was)}>
        The paths of its servers stand before its own
      </Checkbox>
      <div className="row">
        <input
          ref={file}
          type="file"
          className="vh"
          aria-label="OpenAPI file"
          tabIndex={-1}
          accept=".json,.yaml,.yml,application/json,application/yaml"
          onChange={(event) => void event.target.files?.[0]?.text().then(change)}
        />
        <Button size={28} onClick={() => file.current?.click()}>
          Choose a file
        </Button>
        <Button
          size={28}
          why={text.trim() === "" && "There is no document yet"}
          busy={preview.isPending && "Reading"}
          onClick={() => preview.mutate(text)}
        >
          Preview
        </Button>
      </div>
      <RefusalNote error={preview.error} />
      {preview.isSuccess && (
        <Preview
          found={preview.data}
          onUse={() => {
            onUse(preview.data.requiredScopes);
            setOpen(false);
          }}
        />
      )}
    </div>
  );
}

const effects = {
  weaker: { word: "weaker", tone: "limited" },
  stricter: { word: "stricter", tone: "accent" },
  none: { word: "note", tone: "plain" },
} as const;

/** What was found, and first of all what is let through although the document asks for more. */
function Preview({ found, onUse }: { found: ImportedScopes; onUse: () => void }) {
  const { operations, requiredScopes, notes } = found;
  const weaker = notes.filter(({ effect }) => effect === "weaker").length;
  const sorted = [...notes].sort((one, other) => order(one.effect) - order(other.effect));
  return (
    <div className="oas" role="status">
      <p>
        <b>{requiredScopes.length}</b> {requiredScopes.length === 1 ? "route needs" : "routes need"} scopes,
        of {operations} {operations === 1 ? "operation" : "operations"}.
      </p>
      {weaker > 0 && (
        <Note tone="limited">
          {weaker === 1 ? "One requirement" : `${weaker} requirements`} cannot be said as scopes. Using these
          leaves them to rules or to the upstream.
        </Note>
      )}
      {sorted.length > 0 && (
        <ul className="oas-notes" aria-label="What could not be said as it stands" tabIndex={0}>
          {sorted.map(({ at, effect, message }) => (
            <li key={`${at} ${message}`}>
              <Tag tone={effects[effect].tone}>{effects[effect].word}</Tag>
              <span>
                <code>{at}</code> <span className="muted">{message}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
      <div>
        <Button size={28} why={requiredScopes.length === 0 && "No operation asks for scopes"} onClick={onUse}>
          Use these in place of what is typed
        </Button>
      </div>
    </div>
  );
}

function order(effect: keyof typeof effects): number {
  return Object.keys(effects).indexOf(effect);
}
