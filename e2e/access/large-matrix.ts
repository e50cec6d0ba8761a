import pg from "pg";

/** How many there are, and the names of the last. */
export const largeMatrix = {
  keys: 2_000,
  services: 100,
  lastKey: "worker-1999",
  lastService: "service-099",
} as const;

const services = `
  insert into service (workspace_id, id, slug, name, upstream, visibility, default_verdict, updated_at)
  select $1, 'svc_' || md5($1 || n), 'service-' || lpad(n::text, 3, '0'), 'Service ' || n, 'http://echo.latchkey.internal',
         case when n % 5 = 2 then 'public' else 'private' end, case when n % 5 = 2 then 'allow' else 'deny' end, now()
    from generate_series(0, 99) n`;

const keys = `
  insert into api_key (workspace_id, id, name, environment, scopes, metadata, created_by, updated_at)
  select $1, 'key_' || md5($1 || n), 'worker-' || lpad(n::text, 4, '0'), case when n % 4 = 3 then 'test' else 'live' end,
         case when n % 3 = 0 then '{read:books}' else '{}' end::text[],
         jsonb_build_object('plan', case when n % 2 = 0 then 'pro' else 'free' end), 'system', now()
    from generate_series(0, 1999) n`;

const rules = [
  { name: "no-test-keys", effect: "deny", when: { credential: { environment: "test" } } },
  { name: "pro-only", effect: "allow", when: { credential: { "metadata.plan": "pro" } } },
  {
    name: "readers",
    effect: "allow",
    when: { method: ["GET"], credential: { scopes: { contains: "read:books" } } },
  },
] as const;

const rule = `
  insert into rule (workspace_id, id, name, document, version, updated_by, updated_at)
  values ($1, 'rule_' || md5($1 || $2), $2, $3, 1, 'system', now())`;

/** On the whole workspace, on every third service, and on every seventh key of every tenth service. */
const places = `
  insert into rule_attachment (workspace_id, id, rule_id, service_id, key_id)
  select $1, 'att_w', 'rule_' || md5($1 || 'no-test-keys'), null, null
  union all
  select $1, 'att_s' || n, 'rule_' || md5($1 || 'pro-only'), 'svc_' || md5($1 || n), null from generate_series(0, 99, 3) n
  union all
  select $1, 'att_c' || n || '-' || k, 'rule_' || md5($1 || 'readers'), 'svc_' || md5($1 || n), 'key_' || md5($1 || k)
    from generate_series(1, 99, 10) n, generate_series(0, 1999, 7) k`;

const ruleset = `
  insert into ruleset (workspace_id, version, author, note, change, changes_all)
  select id, ruleset_version + 1, 'system', '', 'Filled', true from workspace where id = $1`;

/** Fills a workspace with 2,000 keys, 100 services and rules on some of their cells, by SQL: making 2,000 secrets takes minutes. */
export async function seedLargeMatrix(databaseUrl: string, workspaceId: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("begin");
    await client.query(services, [workspaceId]);
    await client.query(keys, [workspaceId]);
    for (const document of rules) await client.query(rule, [workspaceId, document.name, document]);
    await client.query(places, [workspaceId]);
    await client.query(ruleset, [workspaceId]);
    await client.query("update workspace set ruleset_version = ruleset_version + 1 where id = $1", [
      workspaceId,
    ]);
    await client.query("commit");
  } finally {
    await client.end();
  }
}
