import { expect, inject, test } from "vitest";
import { apiClient } from "@/lib/testing/calls/http";
import { freshEmail, testPassword } from "@/lib/testing/person";

const origin = inject("apiOrigin");
const call = apiClient(null);
const own = { origin };

/** `Cookie` header from what an answer set. */
function cookieFrom(headers: Headers): string {
  return headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

async function signUp() {
  const email = freshEmail();
  const answer = await call("POST", "/account/sign-up", {
    email,
    password: testPassword,
    workspaceName: `Of ${email}`,
  });
  expect(answer.status).toBe(201);
  return {
    email,
    cookie: cookieFrom(answer.headers),
    cookies: answer.headers.getSetCookie(),
    body: answer.body,
  };
}

test("signing up answers the workspace and signs in by cookies that no script reads and no other site's form sends", async () => {
  const { cookie, cookies, body } = await signUp();
  for (const line of cookies) {
    expect(line).toMatch(/^latchkey-(session|browser|workspace)=/);
    expect(line).toMatch(/; HttpOnly/);
    expect(line).toMatch(/; SameSite=Lax/);
    expect(line).toMatch(/; Path=\//);
  }
  const workspace = await call("GET", "/workspace", undefined, { cookie });
  expect(workspace.status).toBe(200);
  expect(workspace.body).toMatchObject(body.workspace);
});

test("a write by cookie is taken from the portal's origin and refused from any other, with everything left as it was", async () => {
  const { cookie } = await signUp();
  const rename = (headers: Record<string, string>) =>
    call("PATCH", "/workspace", { name: "Renamed" }, { cookie, ...headers });
  const port = new URL(origin).port;
  for (const headers of [
    {},
    { origin: "https://evil.example" },
    { origin: origin.replace(port, String(Number(port) + 1)) },
    { origin, "sec-fetch-site": "same-site" },
    { origin: "null" },
  ]) {
    const refused = await rename(headers);
    expect([refused.status, refused.body.type]).toEqual([403, "/docs/problems/foreign-origin"]);
  }
  expect((await call("GET", "/workspace", undefined, { cookie })).body.name).not.toBe("Renamed");
  expect((await rename(own)).body.name).toBe("Renamed");
});

test("no foreign page can sign its visitor in", async () => {
  const email = freshEmail();
  const input = { email, password: testPassword, workspaceName: `Of ${email}` };
  const answer = await call("POST", "/account/sign-up", input, { origin: "https://evil.example" });
  expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []]);
});

test("a changed password ends the session in every other browser, and this one goes on with the cookie it is given", async () => {
  const { cookie } = await signUp();
  const change = (current: string) =>
    call("POST", "/account/password", { current, next: "a new phrase" }, { cookie, ...own });
  const wrong = await change("not it");
  expect([wrong.status, wrong.body.errors]).toEqual([
    422,
    [{ path: "current", message: "is not the current password" }],
  ]);
  const changed = await change(testPassword);
  expect(changed.status).toBe(204);
  expect((await call("GET", "/workspace", undefined, { cookie })).status).toBe(401);
  expect((await call("GET", "/workspace", undefined, { cookie: cookieFrom(changed.headers) })).status).toBe(
    200,
  );
});

test("an invited person joins by the link's token, and is shown that workspace", async () => {
  const { cookie, body } = await signUp();
  const sent = await call(
    "POST",
    "/members/invitations",
    { email: freshEmail(), role: "viewer" },
    { cookie, ...own },
  );
  expect(sent.status).toBe(201);
  const token = new URL(sent.body.link).searchParams.get("token");
  const joined = await call("POST", "/account/invitations/accept", { token, password: testPassword });
  expect([joined.status, joined.body.workspace.id]).toEqual([201, body.workspace.id]);
  const guest = cookieFrom(joined.headers);
  expect((await call("GET", "/members", undefined, { cookie: guest })).body.total).toBe(2);
  const refused = await call("PATCH", "/workspace", { name: "Mine now" }, { cookie: guest, ...own });
  expect([refused.status, refused.body.requiredScope]).toEqual([403, "update:workspace"]);
  expect((await call("DELETE", `/members/${joined.body.userId}`, undefined, { cookie, ...own })).status).toBe(
    204,
  );
  expect((await call("GET", "/members", undefined, { cookie: guest })).status).toBe(401);
});

test.each([
  ["malformed JSON", "{", 400],
  ["another type of body", "email=x", 415],
  ["a list", "[]", 422],
  ["a missing field", JSON.stringify({ email: "dana@acme.example", password: testPassword }), 422],
  ["a wrong type", JSON.stringify({ email: 1, password: testPassword, workspaceName: "A" }), 422],
  [
    "an unknown field",
    JSON.stringify({ email: "dana@acme.example", password: testPassword, workspaceName: "A", role: "owner" }),
    422,
  ],
  ["more than 1 MiB", JSON.stringify({ email: "x".repeat(1_100_000) }), 413],
])("signing up with %s is refused clearly", async (name, body, status) => {
  const headers =
    name === "another type of body" ? { "content-type": "application/x-www-form-urlencoded" } : {};
  const answer = await call("POST", "/account/sign-up", body, headers);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect([answer.status, answer.body.status]).toEqual([status, status]);
});

test("forgetting a password says the same for any address", async () => {
  const { email } = await signUp();
  const answers = await Promise.all(
    [email, freshEmail()].map((one) => call("POST", "/account/forgot", { email: one })),
  );
  const [known, unknown] = answers.map(({ status, body: { instance: _instance, ...body } }) => ({
    status,
    body,
  }));
  expect(known).toEqual(unknown);
  expect(known).toMatchObject({
    status: 503,
    body: { detail: expect.stringContaining("Password reset is off here") },
  });
});

test("a spent or made-up token is refused", async () => {
  expect((await call("POST", "/account/reset", { token: "made-up", password: testPassword })).status).toBe(
    404,
  );
  expect(
    (await call("POST", "/account/invitations/accept", { token: "made-up", password: testPassword })).status,
  ).toBe(404);
});

test("one's own account asks for a session, which no key can stand in for", async () => {
  for (const path of ["/account/password", "/account/workspaces"])
    expect(
      (await call("POST", path, path.endsWith("password") ? { next: "a new phrase" } : { name: "Mine" }, own))
        .status,
    ).toBe(401);
});
