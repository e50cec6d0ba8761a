import type { Metadata } from "next";
import { Download, Plus } from "lucide-react";
import { Providers } from "@/components/shell/providers";
import { Page, PageHead } from "@/components/shell/page";
import { Shell } from "@/components/shell/shell";
import { Button } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { KeyTable } from "../parts/key-table";

export const metadata: Metadata = { title: "Shell" };

const workspaces = [
  { slug: "acme", name: "acme" },
  { slug: "halyard", name: "Halyard" },
];

async function switchNowhere() {
  "use server";
}

export default function ShellSample() {
  return (
    <Providers scopes={["read:keys", "create:keys"]}>
      <Shell
        user={{ email: "dana@acme.example" }}
        role="owner"
        workspace={{ slug: "acme", name: "acme" }}
        workspaces={workspaces}
        onSwitch={switchNowhere}
        facts={{
          counts: { keys: { count: 214 }, services: { count: 8 }, rules: { count: 41 } },
          strip: {
            rulesetVersion: 418,
            nodes: { all: 2, applied: 2 },
            recordingLagSeconds: 0.3,
            recordsLost: 0,
          },
        }}
      >
        <Page layout="fill">
          <PageHead
            title="Keys"
            count={214}
            actions={
              <>
                <Button size={28} className="hide-s" icon={<Icon of={Download} />}>
                  Export
                </Button>
                <Button size={28} kind="primary" hint="C" icon={<Icon of={Plus} />}>
                  Create key
                </Button>
              </>
            }
          />
          <KeyTable />
        </Page>
      </Shell>
    </Providers>
  );
}
