import { Page, PageHead } from "@/components/shell/page";
import { NotFoundState } from "@/components/states/states";
import { ButtonLink } from "@/components/ui/button";

export default function KeyNotFound() {
  return (
    <Page>
      <PageHead title="Key" crumb={{ label: "Keys", href: "/keys" }} />
      <NotFoundState thing="key" actions={<ButtonLink href="/keys">All keys</ButtonLink>} />
    </Page>
  );
}
