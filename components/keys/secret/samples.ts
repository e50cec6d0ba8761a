import type { Sample } from "@/components/ui/code-block";

export interface SampleContext {
  /** Origin of the gateway. */
  gateway: string;
  workspace: string;
  /** Slug of a service to call; null while there is none. */
  service: string | null;
  secret: string;
  /** As it may be shown. */
  masked: string;
}

/** How a program uses a new secret. What is shown never holds it; the copy of the .env line does. */
export function keySamples({ gateway, workspace, service, secret, masked }: SampleContext): Sample[] {
  const url = `${gateway}/${workspace}/${service ?? "your-service"}/`;
  const env = (value: string) => `LATCHKEY_KEY=${value}`;
  return [
    { label: "curl", language: "shell", code: `curl ${url} \\\n  -H "Authorization: Bearer $LATCHKEY_KEY"` },
    {
      label: "fetch",
      language: "script",
      code: `const answer = await fetch("${url}", {\n  headers: { authorization: \`Bearer \${process.env.LATCHKEY_KEY}\` },\n});`,
    },
    {
      label: "Python",
      language: "script",
      code: `import os, urllib.request\n\nrequest = urllib.request.Request(\n    "${url}",\n    headers={"Authorization": "Bearer " + os.environ["LATCHKEY_KEY"]},\n)\nanswer = urllib.request.urlopen(request)`,
    },
    { label: ".env", language: "env", code: env(masked), copy: env(secret) },
  ];
}
