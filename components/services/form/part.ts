import type { FieldErrors } from "@/components/forms/field-errors";
import type { ServiceDraft } from "@/components/services/form/draft";

/** What every part of the form is given. */
export interface PartProps {
  draft: ServiceDraft;
  errors: FieldErrors;
  edit: (change: Partial<ServiceDraft>) => void;
}
