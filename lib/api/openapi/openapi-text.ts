import { createApiApp } from "@/lib/api/app";

/** `/openapi.json`, indented, so that a change of the contract shows as a readable difference. */
export async function openapiText(): Promise<string> {
  const answer = await createApiApp().request("/openapi.json");
  return `${JSON.stringify(await answer.json(), null, 2)}\n`;
}
