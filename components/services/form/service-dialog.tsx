"use client";
import { useRef } from "react";
import { Fold } from "@/components/forms/fold";
import { FormDialog } from "@/components/forms/form-dialog";
import { sending, useDraftForm } from "@/components/forms/use-draft-form";
import { CallsFields, callsSaid } from "@/components/services/form/calls-fields";
import { Choices } from "@/components/services/form/choices";
import {
  draftOf,
  isWrong,
  readNewService,
  readServiceChange,
  type ServiceDraft,
  servicePlaces,
} from "@/components/services/form/draft";
import { ForwardAuthFields, forwardAuthSaid } from "@/components/services/form/forward-auth-fields";
import { NameFields } from "@/components/services/form/name-fields";
import { PathFields, pathsSaid } from "@/components/services/form/path-fields";
import { SecretFields, secretSaid } from "@/components/services/form/secret-fields";
import { TimeoutFields, timeoutsSaid } from "@/components/services/form/timeout-fields";
import { suggestSlug } from "@/components/services/form/slug";
import { gatewayAddress } from "@/components/services/service-words";
import { createService, services, updateService } from "@/lib/client/services";
import type { Service } from "@/lib/services/schema";

export interface ServiceDialogProps {
  /** The service to change; null makes a new one. */
  service: Service | null;
  gateway: string;
  workspace: string;
  onClose: () => void;
  /** Told of the service as it is stored now. */
  onSaved: (service: Service) => void;
}

/** The form of a service. Judged by the API's own schema before it is sent, and by the API itself afterwards. */
export function ServiceDialog({ service, gateway, workspace, onClose, onSaved }: ServiceDialogProps) {
  const name = useRef<HTMLInputElement>(null);
  const isNew = service === null;
  const ownSlug = useRef(!isNew);
  const form = useDraftForm({
    first: () => draftOf(service),
    judge: (draft) =>
      isNew
        ? sending(readNewService(draft), (input) => createService(input))
        : sending(readServiceChange(draft, service), (change) =>
            updateService({ id: service.id, ...change }),
          ),
    places: servicePlaces,
    touches: [services.all],
    onDone: (saved) => (saved === null ? onClose() : onSaved(saved)),
  });
  const { draft, errors } = form;
  const edit = (change: Partial<ServiceDraft>) => {
    if (change.slug !== undefined) ownSlug.current = true;
    const suggested = ownSlug.current || change.name === undefined ? {} : { slug: suggestSlug(change.name) };
    form.edit({ ...suggested, ...change });
  };
  const part = { draft, errors, edit };
  return (
    <FormDialog
      form={form}
      title={isNew ? "Create service" : `Edit ${service.name}`}
      description={
        isNew ? "Something that is called through the gateway, judged before it is reached." : undefined
      }
      confirm={isNew ? "Create service" : "Save service"}
      busy={isNew ? "Creating" : "Saving"}
      initialFocus={name}
      onClose={onClose}
    >
      <NameFields
        {...part}
        name={name}
        address={gatewayAddress({ gateway, workspace, slug: draft.slug || "…" })}
      />
      <Choices {...part} />
      <div className="folds">
        <Fold
          title="Methods and scopes"
          said={callsSaid(draft)}
          isWrong={isWrong(errors, ["methods", "requiredScopes"])}
        >
          <CallsFields {...part} serviceId={service?.id ?? null} />
        </Fold>
        <Fold
          title="The upstream's own secret"
          said={secretSaid(draft)}
          isWrong={isWrong(errors, ["injection", "injectionSecret"])}
        >
          <SecretFields {...part} isStored={(service?.injection ?? null) !== null} />
        </Fold>
        <Fold title="Paths" said={pathsSaid(draft)} isWrong={isWrong(errors, ["stripPrefix", "addPrefix"])}>
          <PathFields {...part} />
        </Fold>
        <Fold title="Forward-auth" said={forwardAuthSaid(draft)} isWrong={isWrong(errors, ["callers"])}>
          <ForwardAuthFields {...part} />
        </Fold>
        <Fold
          title="Timeouts"
          said={timeoutsSaid(draft)}
          isWrong={isWrong(errors, ["connectTimeoutMs", "responseTimeoutMs"])}
        >
          <TimeoutFields {...part} />
        </Fold>
      </div>
    </FormDialog>
  );
}
