import { z } from "zod";

export const Named = z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) });
export const One = z.object({ name: z.string() });
export const Callers = z.object({ items: z.array(z.object({ credential: One.nullable() })) });
export const Services = z.object({ items: z.array(z.object({ id: z.string(), slug: z.string() })) });
export const Described = z.object({
  items: z.array(z.object({ name: z.string(), description: z.string() })),
});
const Place = z.object({ service: z.string().optional(), credential: z.string().optional() });
export const Rules = z.object({
  items: z.array(z.object({ name: z.string(), attachments: z.array(Place) })),
});
export const RuleChoices = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      description: z.string().optional(),
      effect: z.enum(["allow", "deny"]),
      mode: z.enum(["enforce", "shadow", "off"]),
    }),
  ),
});
export type RuleChoice = z.output<typeof RuleChoices>["items"][number];
