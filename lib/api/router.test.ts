import { expect, test } from "vitest";
import { z } from "zod";
import { inputProblem } from "@/lib/api/router";

const Input = z.strictObject({
  name: z.string().min(1, "must not be empty"),
  limits: z.array(z.strictObject({ limit: z.number() })),
});

const errorsOf = (input: unknown) => inputProblem(Input.safeParse(input).error?.issues ?? []).extra.errors;

test("a field that is missing is called required, wherever it is missing", () => {
  expect(errorsOf({ limits: [{}] })).toEqual([
    { path: "name", message: "is required" },
    { path: "limits.0.limit", message: "is required" },
  ]);
});

test("every unknown field is named with its place", () => {
  expect(errorsOf({ name: "n", nmae: 1, limits: [{ limit: 1, window: 2, per: 3 }] })).toEqual([
    { path: "limits.0.window", message: "is not known here" },
    { path: "limits.0.per", message: "is not known here" },
    { path: "nmae", message: "is not known here" },
  ]);
});

test("what a schema says itself, and a wrong type, is left in its words", () => {
  expect(errorsOf({ name: "", limits: 1 })).toEqual([
    { path: "name", message: "must not be empty" },
    { path: "limits", message: "Invalid input: expected array, received number" },
  ]);
});
