"use client";
import { Ban, Clock, Copy, FlaskConical, RefreshCw } from "lucide-react";
import { useState } from "react";
import { CutEdge } from "@/components/keys/masked-key";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { Field } from "@/components/ui/form/field";
import { Input } from "@/components/ui/form/input";
import { Icon } from "@/components/ui/icon";
import { ConfirmDialog, Dialog, UsedLast } from "@/components/ui/overlay/dialog";
import { Menu } from "@/components/ui/overlay/menu";
import { Popover } from "@/components/ui/overlay/popover";
import { toast } from "@/components/ui/overlay/toaster";
import { TabLinks, TabPanel, Tabs } from "@/components/ui/tabs";
import { Section } from "./section";

const samples = [
  {
    label: "curl",
    language: "shell",
    code: 'curl https://gw.acme.example/acme/ledger/v1/entries \\\n  -H "Authorization: Bearer $LATCHKEY_KEY"',
  },
  {
    label: "fetch",
    language: "script",
    code: 'const answer = await fetch("https://gw.acme.example/acme/ledger/v1/entries", {\n  headers: { authorization: `Bearer ${process.env.LATCHKEY_KEY}` },\n});',
  },
  {
    label: "Python",
    language: "script",
    code: 'import requests\nprint(requests.get("https://gw.acme.example/acme/ledger/v1/entries").json())',
  },
  { label: ".env", language: "env", code: "LATCHKEY_KEY=lk_live_4aF2…9fZk" },
] as const;

function Dialogs() {
  const [open, setOpen] = useState<"none" | "task" | "confirm" | "reveal">("none");
  const close = () => setOpen("none");
  return (
    <div className="sg-row">
      <Button onClick={() => setOpen("task")}>Open a dialog</Button>
      <Button kind="danger" onClick={() => setOpen("confirm")}>
        Revoke 3 keys
      </Button>
      <Button onClick={() => setOpen("reveal")}>Open a secret</Button>
      <Dialog
        open={open === "task"}
        onClose={close}
        title="Create key"
        description="A key lets a program call your services."
        footer={
          <>
            <Button onClick={close}>Cancel</Button>
            <Button kind="primary">Create key</Button>
          </>
        }
      >
        <Field label="Name" help="Callers never see it.">
          <Input placeholder="billing-worker" />
        </Field>
      </Dialog>
      <Dialog
        open={open === "reveal"}
        onClose={close}
        size="wide"
        className="reveal"
        title="New secret for ledger-sync"
        description="Shown once. Latchkey keeps only a hash and cannot show it again."
      >
        <div className="secret">
          <code>lk_live_Hn4vR8sKc0WpZ2yE••••••••••••••••••••••••••••••••</code>
          <div className="secret-actions">
            <Button kind="primary" icon={<Icon of={Copy} />}>
              Copy
            </Button>
          </div>
          <CutEdge masked="lk_live_Hn4v…Te9J" />
        </div>
        <CodeBlock label="Call it" samples={samples} />
      </Dialog>
      <ConfirmDialog
        open={open === "confirm"}
        onClose={close}
        onConfirm={close}
        title="Revoke 3 keys?"
        description="They stop at once, everywhere within a second. This cannot be undone."
        confirm="Revoke 3 keys"
      >
        <UsedLast
          items={[
            { name: "nightly-export", used: "used 9 h ago" },
            { name: "dashboards-read-only", used: "used 6 min ago", recent: true },
            { name: "ci-smoke", used: "used 12 min ago", recent: true },
          ]}
        />
      </ConfirmDialog>
    </div>
  );
}

function Opened() {
  return (
    <div className="sg-row">
      <Menu
        trigger={<Button>Menu</Button>}
        align="start"
        entries={[
          { label: "Rotate", icon: <Icon of={RefreshCw} />, hint: "R" },
          { label: "Test call", icon: <Icon of={FlaskConical} />, hint: "T" },
          { label: "Copy id", icon: <Icon of={Copy} /> },
          "divider",
          { label: "Extend", icon: <Icon of={Clock} />, why: "Not in overlap" },
          { label: "Revoke", icon: <Icon of={Ban} />, danger: true },
        ]}
      />
      <Popover trigger={<Button>Popover</Button>} title="Extend the overlap">
        <p className="muted">The old secret stops Sat 22 Nov, 18:19.</p>
      </Popover>
      <Button kind="ghost" data-tooltip="Expires Thu 19 Feb, 18:19 UTC">
        90 d
      </Button>
      <Button
        onClick={() =>
          toast({
            text: "ledger-sync rotated. The old secret stops Sat 18:19.",
            action: { label: "View", onAction: () => undefined },
          })
        }
      >
        Toast: done
      </Button>
      <Button
        onClick={() =>
          toast({
            tone: "changed",
            text: "refunds-off detached from checkout-web on payments.",
            action: { label: "Undo", onAction: () => undefined },
          })
        }
      >
        Toast: changed
      </Button>
      <Button
        onClick={() =>
          toast({
            tone: "failed",
            text: (
              <>
                <b>Not saved.</b> Someone saved v419 first. Your text is kept.
              </>
            ),
            action: { label: "Compare", onAction: () => undefined },
          })
        }
      >
        Toast: failed
      </Button>
      <Button onClick={() => toast({ tone: "busy", text: "Exporting 214 keys, 61 %" })}>Toast: busy</Button>
    </div>
  );
}

export function Floats() {
  const [tab, setTab] = useState("usage");
  return (
    <>
      <Section title="Tabs and code" text="The tooth slides to the word that is chosen.">
        <Tabs
          label="Key"
          value={tab}
          onChange={setTab}
          items={[
            { value: "usage", label: "Usage" },
            { value: "rules", label: "Rules" },
            { value: "audit", label: "Audit", count: 38 },
          ]}
        >
          <TabPanel value="usage" className="py-4">
            Usage
          </TabPanel>
          <TabPanel value="rules" className="py-4">
            Rules
          </TabPanel>
          <TabPanel value="audit" className="py-4">
            Audit
          </TabPanel>
        </Tabs>
        <TabLinks
          label="Pages"
          current="a"
          items={[
            { value: "a", label: "Members", href: "/styleguide", count: 4 },
            { value: "b", label: "Workspace", href: "/styleguide" },
          ]}
        />
        <CodeBlock label="Call it" samples={samples} />
      </Section>
      <Section
        title="What floats"
        text="Menus, toasts, tooltips. A toast says what happened and offers the way back."
      >
        <Opened />
      </Section>
      <Section title="Dialog" text="A destructive one says what was used last and when, and focuses Cancel.">
        <Dialogs />
      </Section>
    </>
  );
}
