import { expect, test } from "vitest";
import { roleOfScope, scopeOfRole } from "@/lib/gateway/hookio/endpoints/roles";

test.each([
  ["datastore::set", "set:datastore"],
  ["datastore::recent", "recent:datastore"],
  ["events::read", "read:events"],
  ["keys::create", "create:keys"],
  ["keys::destroy", "revoke:keys"],
  ["hook::run", "invoke:services"],
  ["hook::create", "create:services"],
  ["hook::update", "update:services"],
  ["hook::destroy", "destroy:services"],
  ["hook::logs::read", "read:logs"],
  ["hook::logs::flush", "flush:logs"],
  ["invoices::read", "read:invoices"],
])("%s is %s, and back", (role, scope) => {
  expect(scopeOfRole(role)).toBe(scope);
  expect(roleOfScope(scope)).toBe(role);
});

test.each(["read:invoices", "billing", "a::b::c", "constructor", ""])("%j stands for itself", (name) => {
  expect(scopeOfRole(name)).toBe(name);
});
