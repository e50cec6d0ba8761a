"use client";
import Link from "next/link";
import { LimitFacts } from "@/components/plans/limit-words";
import { EditButton } from "@/components/forms/edit-button";
import { JsonFacts } from "@/components/ui/words/json-facts";
import { Plate } from "@/components/ui/plate";
import { ScopeList } from "@/components/ui/words/chips";
import type { Customer } from "@/lib/customers/schema";

interface CustomerPlateProps {
  customer: Customer;
  /** Absent where the person may not change the customer. */
  onEdit?: (() => void) | undefined;
}

/** What its keys may hold at most. */
export function CeilingPlate({ customer, onEdit }: CustomerPlateProps) {
  const { scopeCeiling } = customer;
  return (
    <Plate title="Scope ceiling" padded={false} aside={<EditButton onEdit={onEdit} what="ceiling" />}>
      <div className="pad list">
        {scopeCeiling.length === 0 ? (
          <p className="muted">No scope: its keys are recognised, and may do what needs none.</p>
        ) : (
          <ScopeList scopes={scopeCeiling} />
        )}
        {scopeCeiling.includes("*:*") && (
          <p className="small muted">
            <code>*:*</code> is every scope of your own API, and none of Latchkey&apos;s.
          </p>
        )}
      </div>
    </Plate>
  );
}

/** The plan of its keys, and what they all share. */
export function SharedLimitsPlate({ customer, onEdit }: CustomerPlateProps) {
  const { plan, keyCountMax, rateLimits, quotas } = customer;
  return (
    <Plate title="Limits" padded={false} aside={<EditButton onEdit={onEdit} what="limits" />}>
      <div className="pad list">
        <div className="row limit-fact">
          <span className="muted">Plan of its keys</span>
          <span className="grow" />
          {plan === null ? (
            <span className="faint">none</span>
          ) : (
            <Link href={`/settings/plans/${encodeURIComponent(plan)}`}>{plan}</Link>
          )}
        </div>
        <div className="row limit-fact">
          <span className="muted">Most keys</span>
          <span className="grow" />
          {keyCountMax === null ? (
            <span className="faint">any number</span>
          ) : (
            <b>{keyCountMax.toLocaleString("en")}</b>
          )}
        </div>
        <p className="small muted">
          {rateLimits.length + quotas.length === 0
            ? "Its keys share no limit and no quota."
            : "Shared by all its keys"}
        </p>
        <LimitFacts rateLimits={rateLimits} quotas={quotas} />
      </div>
    </Plate>
  );
}

/** The provider's own facts about it. */
export function MetadataPlate({ customer, onEdit }: CustomerPlateProps) {
  const isEmpty = Object.keys(customer.metadata).length === 0;
  return (
    <Plate title="Metadata" padded={false} aside={<EditButton onEdit={onEdit} what="metadata" />}>
      <div className="pad">
        {isEmpty ? <p className="muted">None.</p> : <JsonFacts facts={customer.metadata} />}
      </div>
    </Plate>
  );
}
