"use client";
import { useQuery } from "@tanstack/react-query";
import { Building2, KeyRound, Plus, Server, X } from "lucide-react";
import { useState } from "react";
import { isSamePlace, placeText, sentPlace } from "@/components/rules/places";
import { Button, IconButton } from "@/components/ui/button";
import { Field } from "@/components/ui/form/field";
import { Select } from "@/components/ui/form/select";
import { Icon } from "@/components/ui/icon";
import { Popover } from "@/components/ui/overlay/popover";
import { keys } from "@/lib/client/keys";
import { services } from "@/lib/client/services";
import type { Attachment } from "@/lib/rules/schema";

export interface AttachmentsBarProps {
  attachments: readonly Attachment[];
  /** Absent when the rule may not be changed. */
  onChange: ((attachments: readonly Attachment[]) => void) | undefined;
}

function iconOf({ service, credential }: Attachment) {
  if (credential !== undefined) return KeyRound;
  return service === undefined ? Building2 : Server;
}

/** Where the rule applies. A chip's cross takes it away from there; the plus attaches it elsewhere. */
export function AttachmentsBar({ attachments, onChange }: AttachmentsBarProps) {
  return (
    <div className="row small muted attachments">
      <span className="nowrap">Attached to</span>
      {attachments.length === 0 && <b className="t-limited nowrap">nothing yet</b>}
      {attachments.map((place) => (
        <span key={JSON.stringify(sentPlace(place))} className="attach">
          <Icon of={iconOf(place)} small />
          {placeText(place)}
          {onChange !== undefined && (
            <button
              type="button"
              className="attach-x"
              aria-label={`Detach from ${placeText(place)}`}
              onClick={() => onChange(attachments.filter((other) => !isSamePlace(place, other)))}
            >
              <Icon of={X} small />
            </button>
          )}
        </span>
      ))}
      {onChange !== undefined && <AttachElsewhere attachments={attachments} onChange={onChange} />}
    </div>
  );
}

const every = "*";

function AttachElsewhere({
  attachments,
  onChange,
}: {
  attachments: readonly Attachment[];
  onChange: (attachments: readonly Attachment[]) => void;
}) {
  const [service, setService] = useState(every);
  const [credential, setCredential] = useState(every);
  const serviceList = useQuery({ ...services.list({ limit: 100 }), staleTime: 60_000 });
  const keyList = useQuery({ ...keys.list({ limit: 100, sort: "name" }), staleTime: 60_000 });
  const credentialName = keyList.data?.items.find(({ id }) => id === credential)?.name;
  const place: Attachment = {
    ...(service === every ? {} : { service }),
    ...(credential === every ? {} : { credential }),
    ...(credentialName === undefined ? {} : { credentialName }),
  };
  const isThere = attachments.some((other) => isSamePlace(place, other));
  const trigger = <IconButton label="Attach elsewhere" icon={<Icon of={Plus} small />} />;
  return (
    <Popover trigger={trigger} title="Attach the rule">
      <div className="attach-form">
        <Field label="Service">
          <Select
            value={service}
            onChange={setService}
            options={[
              { value: every, label: "Every service" },
              ...(serviceList.data?.items ?? []).map(({ slug }) => ({ value: slug, label: slug })),
            ]}
          />
        </Field>
        <Field label="Credential" help="With a service: only that credential on that service.">
          <Select
            value={credential}
            onChange={setCredential}
            options={[
              { value: every, label: "Every credential" },
              ...(keyList.data?.items ?? []).map(({ id, name, environment }) => ({
                value: id,
                label: name,
                note: environment,
              })),
            ]}
          />
        </Field>
        <Button
          kind="primary"
          why={isThere && "It is attached there already"}
          onClick={() => onChange([...attachments, place])}
        >
          Attach to {placeText(place)}
        </Button>
      </div>
    </Popover>
  );
}
