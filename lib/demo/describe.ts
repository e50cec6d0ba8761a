import type { DemoFile } from "@/lib/demo/demo-file";

/** What the demo prints: where the portal is, how to sign in, and calls that work when pasted. */
export function describeDemo(demo: DemoFile): string {
  const reader = demo.keys["invoices-reader"] ?? demo.adminKey;
  const test = demo.keys["ci-smoke"] ?? demo.adminKey;
  return `
Latchkey is running.

  Portal    ${demo.portal}
  Sign in   ${demo.login.email}
  Password  ${demo.login.password}
${customerSignIn(demo)}
Call a private service with a key (200), and watch the decision arrive at ${demo.portal}/decisions:

  curl -i ${demo.gateway}/acme/invoices/v1/invoices -H "Authorization: Bearer ${reader}"

The same without a key (401), and with a test key (403):

  curl -i ${demo.gateway}/acme/invoices/v1/invoices
  curl -i ${demo.gateway}/acme/invoices/v1/invoices -H "Authorization: Bearer ${test}"

Ask the API whether a key is good:

  curl -s ${demo.api}/api/v1/keys/verify -H "Authorization: Bearer ${demo.adminKey}" \\
    -H "Content-Type: application/json" -d '{"key":"${reader}","scopes":["read:invoices"]}'

Ask as an existing hook.io client does, whether a key has a role:

  curl -s ${demo.gateway}/keys/checkAccess -H "hookio-private-key: ${demo.adminKey}" \\
    -d hook_private_key=${reader} -d role=invoices::read

Call the private service with a JWT of the issuer that acme trusts (200):

  curl -i ${demo.gateway}/acme/invoices/v1/invoices -H "Authorization: Bearer ${demo.issuer.token}"

Ask over gRPC, with a client that knows nothing but reflection (needs Debian's python3-grpcio):

  KEY=${demo.adminKey} python3 docs/guides/grpc-call.py ${new URL(demo.grpc).host} \\
    latchkey.v1.KeyService/VerifyKey '{"key":"${reader}","scopes":["read:invoices"]}'

All of this is also in demo.json in the data directory. Ctrl-C stops it; nothing is lost.
`;
}

/** Someone of a customer signs in at the same place, and sees their own keys and usage only. */
function customerSignIn({ customerLogin }: DemoFile): string {
  if (customerLogin === null) return "";
  return `
  As ${customerLogin.customer}, a customer (in another browser or a private window):
  Sign in   ${customerLogin.email}
  Password  ${customerLogin.password}
`;
}
