import type { Metadata } from "next";
import { FirstData } from "@/app/(portal)/first-data";
import { Events } from "@/components/events/events";
import { eventFilters } from "@/components/events/filters";
import { Page, PageHead } from "@/components/shell/page";
import { NoPermission } from "@/components/states/states";
import { requirePortalSession } from "@/lib/accounts/session/session";
import { events } from "@/lib/client/records/events";
import { listEvents } from "@/lib/events/store/list-events";
import { holds } from "@/lib/scopes/grant";

export const metadata: Metadata = { title: "Events" };

export default async function EventsPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { actor, workspace } = await requirePortalSession();
  if (!holds(actor.scopes, "read:events"))
    return (
      <Page>
        <PageHead title="Events" />
        <NoPermission things="events" scope="read:events" workspace={workspace.name} />
      </Page>
    );
  const given = await searchParams;
  const filters = eventFilters.shown({ get: (name) => [given[name]].flat()[0] ?? null });
  const firstPage = () => listEvents(actor, { ...filters, limit: 50 });
  return (
    <FirstData answers={[{ queryKey: events.list(filters).queryKey, firstPage }]}>
      <Events />
    </FirstData>
  );
}
