import { expect, test } from "vitest";
import { db, sql } from "@/lib/db/client";
import { newId } from "@/lib/db/id";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** More than one read of a socket, so that a statement arrives in pieces. */
const longText = "x".repeat(300_000);

test("statements of many connections at once each get their own answer", async () => {
  const workspaces = await Promise.all(Array.from({ length: 8 }, createTestWorkspace));
  const asked = Array.from(
    { length: 400 },
    (_, index) => workspaces[index % workspaces.length]?.workspaceId ?? "",
  );
  const answers = await Promise.all(
    asked.map(async (id, index) => {
      if (index % 5 === 0)
        return db().$transaction(async (tx) => {
          await tx.customer.create({
            data: { workspaceId: id, id: newId("cus"), externalId: newId("cus"), name: "" },
          });
          return (await tx.workspace.findUnique({ where: { id } }))?.id;
        });
      if (index % 2 === 0) return (await db().workspace.findUnique({ where: { id } }))?.id;
      const { rows } = await sql().query<{ id: string }>(
        "SELECT id FROM workspace WHERE id = $1 AND $2 <> ''",
        [id, longText],
      );
      return rows[0]?.id;
    }),
  );
  expect(answers).toEqual(asked);
});
