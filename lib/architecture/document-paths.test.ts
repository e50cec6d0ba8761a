import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const Contract = z.object({ paths: z.record(z.string(), z.unknown()) });
const pagesIn = (folder: string, recursive: "whole" | "top") =>
  readdirSync(folder, { encoding: "utf8", recursive: recursive === "whole" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => path.join(folder, file));
const documents = [
  ...pagesIn(".", "top"),
  ...pagesIn("docs", "whole"),
  ...pagesIn("components", "whole"),
].map((file) => ({ file, text: readFileSync(file, "utf8") }));

/** `docs/limits.md: lib/gone` for each place that is named and not there. */
function lost(placesIn: (document: { file: string; text: string }) => { named: string; place: string }[]) {
  const named = documents.flatMap((document) =>
    placesIn(document).map((place) => ({ ...place, file: document.file })),
  );
  expect(named.length).toBeGreaterThan(20);
  return named.filter(({ place }) => !isThere(place)).map(({ file, named }) => `${file}: ${named}`);
}

const isThere = (place: string) => [place, `${place}.ts`, `${place}.tsx`].some((file) => existsSync(file));

/** A heading's anchor, as GitHub makes it. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
const anchorsIn = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map((match) => anchorOf((match[1] ?? "").trim()));
const linksIn = (text: string) =>
  [...text.matchAll(/\]\(([^)\s#:]*)(?:#([^)\s]+))?\)/g)].map((match) => ({
    to: match[1] ?? "",
    at: match[2],
  }));

describe("what the documents point at is there", () => {
  test("every link leads to a file or folder", () => {
    expect(
      lost(({ file, text }) =>
        linksIn(text).map(({ to }) => ({ named: to, place: path.join(path.dirname(file), to) })),
      ),
    ).toEqual([]);
  });

  test("every link into a page meets a heading", () => {
    const missed = documents.flatMap(({ file, text }) =>
      linksIn(text)
        .filter(({ at }) => at !== undefined)
        .filter(({ to, at }) => {
          const page = to === "" ? file : path.join(path.dirname(file), to);
          return !anchorsIn(readFileSync(page, "utf8")).includes(at ?? "");
        })
        .map(({ to, at }) => `${file}: ${to}#${at}`),
    );
    expect(missed).toEqual([]);
  });

  test("every path of the source that they name exists", () => {
    const source =
      /(?<![\w@/.*-])(?:app|bench|components|docs|e2e|lib|prisma|proto|public)\/[\w\-./()[\]]*\w/g;
    expect(
      lost(({ text }) => [...text.matchAll(source)].map(([named]) => ({ named, place: named }))),
    ).toEqual([]);
  });

  test("every address of the API that they name is in the contract", () => {
    const { paths } = Contract.parse(JSON.parse(readFileSync("docs/openapi.json", "utf8")));
    const known = Object.keys(paths).map((route) => new RegExp(`^${route.replace(/\{[^}]+\}/g, "[^/]+")}$`));
    const address = /(?<=\/api\/v1)(?:\/[\w$<>{}.~%-]*[\w>}])+/g;
    const named = documents.flatMap(({ file, text }) =>
      [...text.matchAll(address)].map(([route]) => ({ file, route })),
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter(({ route }) => !known.some((pattern) => pattern.test(`/api/v1${route}`)))).toEqual(
      [],
    );
  });

  test("every part that the components' table lists lies in its file", () => {
    const rows = readFileSync("components/README.md", "utf8").matchAll(/^\| `.*?\| (`.*?) +\|/gm);
    const files = [...rows].flatMap((row) =>
      [...(row[1] ?? "").matchAll(/`([^`…]+)…?`/g)].map((file) => file[1]),
    );
    expect(files.length).toBeGreaterThan(30);
    expect(files.filter((file) => !isThere(path.join("components", file ?? "")))).toEqual([]);
  });
});
