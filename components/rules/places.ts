import type { Attachment } from "@/lib/rules/schema";

/** Whether two attachments are the same place. */
export function isSamePlace(one: Attachment, other: Attachment): boolean {
  return one.service === other.service && one.credential === other.credential;
}

/** A place in a word or two: "payments", "checkout-web on payments", "the whole workspace". */
export function placeText({ service, credential, credentialName }: Attachment): string {
  const key = credentialName ?? credential;
  if (key !== undefined && service !== undefined) return `${key} on ${service}`;
  return key ?? service ?? "the whole workspace";
}

/** The same as the API takes it. */
export function sentPlace({ service, credential }: Attachment): Attachment {
  return {
    ...(service === undefined ? {} : { service }),
    ...(credential === undefined ? {} : { credential }),
  };
}
