import { expect, test } from "vitest";
import { suggestSlug } from "@/components/services/form/slug";
import { ServiceSlug } from "@/lib/services/schema";

test.each([
  ["Invoices API", "invoices-api"],
  ["  Zahlungen & Käufe  ", "zahlungen-kaufe"],
  ["v2/payments", "v2-payments"],
  ["支払い", ""],
])("%s becomes %s", (name, slug) => {
  expect(suggestSlug(name)).toBe(slug);
});

test("a suggestion made from a very long name is still a slug", () => {
  expect(ServiceSlug.safeParse(suggestSlug("a".repeat(62) + " b")).success).toBe(true);
});
