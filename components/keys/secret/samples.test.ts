import { expect, test } from "vitest";
import { keySamples } from "@/components/keys/secret/samples";

const context = {
  gateway: "https://gw.acme.example",
  workspace: "acme",
  service: "ledger",
  secret: "lk_live_secret",
  masked: "lk_live_9Qm2…Tt4x",
};

test("no sample shows the secret; only the .env line carries it to the clipboard", () => {
  const samples = keySamples(context);
  expect(samples.filter(({ code }) => code.includes(context.secret))).toEqual([]);
  expect(samples.filter(({ copy }) => copy?.includes(context.secret)).map(({ label }) => label)).toEqual([
    ".env",
  ]);
});

test("the samples call the gateway's own address", () => {
  for (const { label, code } of keySamples(context))
    if (label !== ".env") expect(code).toContain("https://gw.acme.example/acme/ledger/");
});
