import { pageOf } from "@/components/events/event-words";
import { useMayOpen } from "@/components/shell/side";
import { ButtonLink } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import type { CloudEvent } from "@/lib/events/schema";

/** The whole event as it is, and the way to what it is about. */
export function EventFold({ event }: { event: CloudEvent }) {
  const mayOpen = useMayOpen();
  const page = pageOf(event);
  const code = JSON.stringify(event, null, 2);
  return (
    <tr className="e-fold">
      <td colSpan={4}>
        <CodeBlock label="Event" samples={[{ label: "JSON", language: "json", code }]} />
        {page !== null && mayOpen(page.href) && <ButtonLink href={page.href}>{page.label}</ButtonLink>}
      </td>
    </tr>
  );
}
