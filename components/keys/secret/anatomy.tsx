import { checkLength, parseValue, secretLength } from "@/lib/keys/format";

const shownOfCheck = 4;

/** A secret taken apart: prefix, public id, the secret proper, its check. Masked, only what is public is read. */
export function Anatomy({ secret, shown }: { secret: string; shown: boolean }) {
  const value = parseValue(secret);
  if (value === null) return <code>{shown ? secret : "•".repeat(32)}</code>;
  const hidden = value.body.slice(-secretLength);
  const lastFour = value.check.slice(-shownOfCheck);
  return (
    <code className="anatomy" aria-label={shown ? "The whole secret" : "The secret, masked"}>
      <span className="seg-a">
        <b>{value.prefix}_</b>
        <small>prefix</small>
      </span>
      <span className="seg-b">
        <b>{value.id}</b>
        <small>id, public</small>
      </span>
      <span className="seg-c">
        <b>{shown ? hidden : "•".repeat(secretLength)}</b>
        <small>
          secret, {secretLength} characters{shown ? "" : ", masked"}
        </small>
      </span>
      <span className="seg-d">
        <b>
          {shown ? value.check.slice(0, -shownOfCheck) : "•".repeat(checkLength - shownOfCheck)}
          <span>{lastFour}</span>
        </b>
        <small>check</small>
      </span>
    </code>
  );
}
