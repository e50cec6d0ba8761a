import { isSubjectId } from "@/lib/issuers/format";

/** Where a credential is looked at: a key on its page, a JWT's subject, who has none, in its decisions. */
export function credentialHref(id: string): string {
  return isSubjectId(id) ? `/decisions?view=history&credential=${encodeURIComponent(id)}` : `/keys/${id}`;
}
