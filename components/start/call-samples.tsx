"use client";
import { CodeBlock } from "@/components/ui/code-block";

export interface CallSamplesProps {
  /** Where the call goes, without a path. */
  address: string;
  secret: string;
}

/** `lk_test_7Jk2…`: what is shown instead of a secret that stands in the copy. */
function shortened(secret: string): string {
  const tail = secret.lastIndexOf("_") + 1;
  return `${secret.slice(0, tail + 4)}…`;
}

/** The same call in three languages; what is copied holds the real secret. */
export function CallSamples({ address, secret }: CallSamplesProps) {
  const url = `${address}/hello`;
  const samples = (value: string) => [
    {
      label: "curl",
      language: "shell",
      code: `curl ${url} \\\n  -H "Authorization: Bearer ${value}"`,
    } as const,
    {
      label: "fetch",
      language: "script",
      code: `const response = await fetch("${url}", {\n  headers: { authorization: "Bearer ${value}" },\n});\nconsole.log(await response.text());`,
    } as const,
    {
      label: "Python",
      language: "script",
      code: `from urllib.request import Request, urlopen\n\ncall = Request("${url}", headers={"Authorization": "Bearer ${value}"})\nprint(urlopen(call).read().decode())`,
    } as const,
  ];
  const real = samples(secret);
  return (
    <CodeBlock
      label="The call"
      samples={samples(shortened(secret)).map((sample, at) => ({ ...sample, copy: real[at]?.code }))}
    />
  );
}
