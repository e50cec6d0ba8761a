"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ValueForm, type ValueFormProps } from "@/components/datastore/form/value-form";
import { datastore, type HeldValue, type ValuePlace } from "@/lib/client/datastore";

export interface EditValueProps extends Pick<ValueFormProps, "nonce" | "onClose" | "onSaved"> {
  place: ValuePlace;
  /** Shown until the value is there. */
  waiting: React.ReactNode;
}

/** The form of a value that is there. It goes on from the value that was first seen, whatever arrives meanwhile. */
export function EditValue({ place, waiting, ...form }: EditValueProps) {
  const { data } = useQuery(datastore.value(place));
  const [seen, setSeen] = useState<HeldValue | null>(null);
  if (seen === null && data !== undefined) setSeen(data);
  if (seen === null) return waiting;
  return <ValueForm {...form} stored={seen} at={place.key} customer={place.customer} />;
}
