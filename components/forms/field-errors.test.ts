import { expect, test } from "vitest";
import { fieldErrors } from "@/components/forms/field-errors";

const places = {
  fields: { name: "name", rateLimits: "rateLimits" },
  entries: { rateLimits: "Limit" },
};

test("the first thing said of each field is shown there as a sentence", () => {
  expect(
    fieldErrors(
      [
        { path: ["name"], message: "must not be empty" },
        { path: ["name"], message: "must be shorter" },
      ],
      places,
    ),
  ).toEqual({ name: "Must not be empty." });
});

test("an entry of a list is counted as people count", () => {
  expect(fieldErrors([{ path: "rateLimits.1.limit", message: "must be at least 1" }], places)).toEqual({
    rateLimits: "Limit 2 must be at least 1.",
  });
});

test("what belongs to no field of the form is said of the whole form, by name", () => {
  expect(fieldErrors([{ path: "shape", message: "is unknown" }], places)).toEqual({
    form: "Shape is unknown.",
  });
});
