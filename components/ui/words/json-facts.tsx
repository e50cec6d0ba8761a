/** Names and JSON values, a line each. */
export function JsonFacts({ facts }: { facts: Readonly<Record<string, unknown>> }) {
  return (
    <dl className="kv">
      {Object.entries(facts).map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="trunc" title={name}>
            {name}
          </dt>
          <dd className="trunc" title={JSON.stringify(value)}>
            {JSON.stringify(value)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
