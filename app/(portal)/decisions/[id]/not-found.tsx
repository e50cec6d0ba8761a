import { Page, PageHead } from "@/components/shell/page";
import { NotFoundState } from "@/components/states/states";
import { ButtonLink } from "@/components/ui/button";
import { requirePortalSession } from "@/lib/accounts/session/session";

export default async function NoSuchDecision() {
  const { workspace } = await requirePortalSession();
  return (
    <Page>
      <PageHead title="Decisions" />
      <NotFoundState
        thing="decision"
        workspace={workspace.name}
        actions={<ButtonLink href="/decisions">All decisions</ButtonLink>}
      />
    </Page>
  );
}
