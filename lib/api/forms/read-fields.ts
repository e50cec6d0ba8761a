import { Problem } from "@/lib/api/problem";
import { bodyFormat } from "@/lib/gateway/credential/credential";

/** Texts of each field of a form, in order. */
export type FormFields = ReadonlyMap<string, readonly string[]>;

/** Whether a body of this type is a form: urlencoded or multipart. */
export function isForm(contentType: string | undefined): contentType is string {
  const format = bodyFormat(contentType);
  return format === "urlencoded" || format === "multipart";
}

/** The fields of a form. `name[]` is another spelling of `name`. Throws `bad-request` for files and broken forms. */
export async function readFields(
  contentType: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Map<string, string[]>> {
  const form = await new Response(bytes, { headers: { "content-type": contentType } })
    .formData()
    .catch(() => {
      throw new Problem("bad-request", "The body is not the form that its Content-Type says.");
    });
  const fields = new Map<string, string[]>();
  for (const [written, value] of form) {
    if (typeof value !== "string") throw new Problem("bad-request", "Files are not read here.");
    const name = written.endsWith("[]") ? written.slice(0, -2) : written;
    fields.set(name, [...(fields.get(name) ?? []), value]);
  }
  return fields;
}
