import type { CellDetail, MatrixCredential, MatrixService } from "@/lib/matrix/schema";

type DetailRule = CellDetail["rules"][number];

/** A cell, or with one of the two null a whole row or column. */
export interface ShownPlace {
  credential: Pick<MatrixCredential, "id" | "name" | "kind"> | null;
  service: Pick<MatrixService, "slug"> | null;
}

/** "checkout-web on payments". */
export function placeWords({ credential, service }: ShownPlace): string {
  return `${credential?.name ?? "Every credential"} on ${service?.slug ?? "every service"}`;
}

interface Section {
  title: string;
  rules: readonly DetailRule[];
}

/** The rules that can be attached and detached here, and those that reach here, near before far. */
export function sectionsOf(
  { credential, service }: ShownPlace,
  rules: readonly DetailRule[],
  workspace: string,
): { own: Section; others: readonly Section[] } {
  const from = (via: DetailRule["via"]) => rules.filter((rule) => rule.via === via);
  const far = { title: `From the workspace ${workspace}`, rules: from("workspace") };
  if (service === null)
    return { own: { title: "This row", rules: from("credential") }, others: withRules([far]) };
  if (credential === null)
    return { own: { title: "This column", rules: from("service") }, others: withRules([far]) };
  return {
    own: { title: "This cell", rules: from("cell") },
    others: withRules([
      { title: `From the credential ${credential.name}`, rules: from("credential") },
      { title: `From the service ${service.slug}`, rules: from("service") },
      far,
    ]),
  };
}

function withRules(sections: readonly Section[]): Section[] {
  return sections.filter(({ rules }) => rules.length > 0);
}

const checkSentences: Record<CellDetail["checks"][number], string> = {
  revoked: "The key is revoked.",
  expired: "The key has expired.",
  disabled: "The key or its customer is disabled.",
  "no-credential": "The service is private.",
  addresses: "The key has an address list.",
  origins: "The key lists origins.",
  methods: "",
  paths: "",
  "required-scopes": "",
};

/** What decides before any rule, in words. */
export function checksText({ checks, missingScopes, service }: CellDetail): string {
  return checks
    .map((check) => {
      if (check === "methods") return `Takes ${service.methods.join(", ")} only.`;
      if (check === "paths") return `Takes paths below ${service.stripPrefix} only.`;
      if (check === "required-scopes") return `Lacks ${missingScopes.join(", ")}.`;
      return checkSentences[check];
    })
    .join(" ");
}
