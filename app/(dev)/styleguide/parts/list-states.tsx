import { Plus, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import {
  EmptyFirst,
  Listening,
  LoadError,
  LoadingRows,
  NoMatch,
  NoPermission,
  NoRuleset,
  NotFoundState,
  StreamLost,
} from "@/components/states/states";
import { Button, ButtonLink } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Section } from "./section";

function Figure({ title, children }: { title: string; children: ReactNode }) {
  return (
    <figure className="state">
      <figcaption>{title}</figcaption>
      <div className="state-box">{children}</div>
    </figure>
  );
}

export function ListStates() {
  return (
    <Section
      title="States of a list"
      text="Loading, empty the first time, no match, error with a way on, and no permission. The drawing is always the same key."
    >
      <div className="states">
        <Figure title="First run">
          <EmptyFirst
            title="No keys yet"
            text="A key lets a program call your services. Its secret is shown once."
            actions={
              <>
                <Button kind="primary" icon={<Icon of={Plus} />} hint="C">
                  Create key
                </Button>
                <Button kind="ghost">Read how keys work</Button>
              </>
            }
          />
        </Figure>
        <Figure title="No match">
          <NoMatch
            title="No key matches “ledgr”"
            text="Searching 214 keys with status active."
            actions={<Button>Clear filters</Button>}
          />
        </Figure>
        <Figure title="Error">
          <LoadError
            title="Keys could not be loaded"
            text="The database did not answer within 5 s. Your keys still work: the gateway does not need this page."
            requestId="req_9sK2Xw"
            actions={<Button icon={<Icon of={RotateCw} />}>Try again</Button>}
          />
        </Figure>
        <Figure title="No permission">
          <NoPermission things="webhooks" scope="read:webhooks" workspace="acme" />
        </Figure>
        <Figure title="Waiting">
          <Listening
            title="Listening"
            text="The next call appears here, allowed or not. Nothing has been called in 15 min."
          />
        </Figure>
        <Figure title="Not found, or not yours">
          <NotFoundState
            thing="decision"
            workspace="acme"
            actions={<ButtonLink href="/decisions">All decisions</ButtonLink>}
          />
        </Figure>
        <Figure title="Loading">
          <LoadingRows label="Loading keys" rows={5} />
        </Figure>
        <Figure title="Stream lost">
          <div className="flush-pad">
            <StreamLost many="decisions" attempt="third" since="18:19:22" />
          </div>
        </Figure>
        <Figure title="No ruleset">
          <div className="flush-pad">
            <NoRuleset>Node b has no ruleset and answers 503. Node a enforces v418.</NoRuleset>
          </div>
        </Figure>
      </div>
    </Section>
  );
}
