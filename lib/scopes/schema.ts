import { z } from "zod";

/** `verb:resource`, each of lower-case letters, digits, `-`, `_` or `.`; `*` may stand for a whole half. */
export const Scope = z
  .string()
  .max(100)
  .regex(
    /^([a-z0-9][a-z0-9._-]*|\*):([a-z0-9][a-z0-9._-]*|\*)$/,
    "must be verb:resource, such as read:invoices",
  )
  .describe("A scope such as `read:invoices`");
export type Scope = z.output<typeof Scope>;

/** Name of a role of the workspace. */
export const RoleName = z
  .string()
  .max(100)
  .regex(/^[a-z0-9][a-z0-9._-]*$/i, "must be letters, digits, dot, dash or underscore");
export type RoleName = z.output<typeof RoleName>;
