import { Clock } from "lucide-react";
import { MaskedKey, Metal } from "@/components/keys/masked-key";
import { Icon } from "@/components/ui/icon";
import { Note } from "@/components/ui/plate";
import { Kbd, Tag } from "@/components/ui/tag";
import { RouteText, RuleChip, ScopeChip, ScopeList } from "@/components/ui/words/chips";
import { Shape } from "@/components/ui/words/shapes";
import { StatusWord } from "@/components/ui/words/status-word";
import { VerdictWord } from "@/components/ui/words/verdict-word";
import { Section } from "./section";

export function Words() {
  return (
    <Section
      title="Words with shape"
      text="A state is a shape, a word and a colour, in that order. Quiet until it matters."
    >
      <div className="sg-words">
        <div>
          <h3>Verdict</h3>
          <VerdictWord verdict="allow" />
          <VerdictWord verdict="deny" />
          <VerdictWord verdict="limited" />
          <VerdictWord verdict="would-deny" />
          <VerdictWord verdict="would-allow" />
          <VerdictWord verdict="error" />
          <VerdictWord verdict="deny" large>
            Denied
          </VerdictWord>
        </div>
        <div>
          <h3>Key status</h3>
          <StatusWord status="active" />
          <StatusWord status="overlap" />
          <StatusWord status="expires-soon" />
          <StatusWord status="disabled" />
          <StatusWord status="revoked" />
          <StatusWord status="expired" />
        </div>
        <div>
          <h3>Matrix cell</h3>
          <VerdictWord verdict="allow">Always allowed</VerdictWord>
          <VerdictWord verdict="conditional" />
          <VerdictWord verdict="deny">Always denied</VerdictWord>
          <StatusWord status="service-default" />
        </div>
        <div>
          <h3>Tag</h3>
          <Tag>v418</Tag>
          <Tag tone="accent">unsaved</Tag>
          <Tag tone="allow" icon={<Shape name="allow" />}>
            Verified
          </Tag>
          <Tag tone="limited" icon={<Icon of={Clock} />}>
            2 d 4 h
          </Tag>
          <Tag tone="deny" icon={<Shape name="deny" />}>
            Disabled
          </Tag>
          <Tag tone="shadow">Shadow</Tag>
          <Tag tone="brass">Shown once</Tag>
          <Kbd>⌘ K</Kbd>
        </div>
        <div>
          <h3>Rule</h3>
          <RuleChip name="ledger-read" effect="allow" />
          <RuleChip name="no-test-keys" effect="deny" />
          <RuleChip name="office-hours" effect="deny" shadow />
        </div>
        <div>
          <h3>Scope, route</h3>
          <ScopeChip scope="read:invoices" />
          <ScopeList scopes={["write:*", "invoke:services", "read:search", "read:ledger"]} most={2} />
          <RouteText method="GET" path="/v1/payments/{id}" />
        </div>
        <div>
          <h3>Key</h3>
          <MaskedKey masked="lk_live_4aF2…9fZk" />
          <MaskedKey masked="lk_test_1kZb…9SvL" />
          <MaskedKey masked="lk_live_2nHv…6UiB" spent />
          <Metal of="live" />
          <Metal of="test" />
          <Metal of="jwt" />
          <Metal of="none" />
        </div>
      </div>
      <div className="sg-2">
        <Note icon={<Icon of={Clock} />}>
          In use now: <b>11 calls a second</b> from 3 addresses.
        </Note>
        <Note tone="limited" icon={<Icon of={Clock} />}>
          <b>Expires soon.</b> Two callers still use it.
        </Note>
        <Note tone="deny" icon={<Shape name="deny" />}>
          <b>Nothing is let through.</b> Node b has no ruleset.
        </Note>
        <Note tone="accent" icon={<Icon of={Clock} />}>
          Saved as v419 on both nodes.
        </Note>
      </div>
    </Section>
  );
}
