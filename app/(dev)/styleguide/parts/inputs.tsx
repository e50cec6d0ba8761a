"use client";
import { Lock } from "lucide-react";
import { useState } from "react";
import { Checkbox, Radio, Switch } from "@/components/ui/form/choice";
import { Field, FieldSet } from "@/components/ui/form/field";
import { Input, SearchInput, Textarea } from "@/components/ui/form/input";
import { Presets } from "@/components/ui/form/presets";
import { Select } from "@/components/ui/form/select";
import { Icon } from "@/components/ui/icon";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { Section } from "./section";

const presets = [
  { value: "0", label: "None", leadsTo: "at once" },
  { value: "1h", label: "1 h", leadsTo: "19:19" },
  { value: "24h", label: "24 h", leadsTo: "Sat 18:19" },
  { value: "7d", label: "7 d", leadsTo: "28 Nov" },
  { value: "custom", label: "Custom", leadsTo: "up to 30 d" },
] as const;

export function Inputs() {
  const [range, setRange] = useState<"24h" | "7d" | "30d">("24h");
  const [service, setService] = useState<"payments" | "ledger" | null>(null);
  const [overlap, setOverlap] = useState<(typeof presets)[number]["value"]>("24h");
  return (
    <Section
      title="Inputs"
      text="The edge of a control is 3:1 on every plane. The message stands under the field, in words, with a shape."
    >
      <div className="sg-3">
        <Field label="Rest" help="Callers never see it.">
          <Input placeholder="billing-worker" />
        </Field>
        <Field label="Error" error="Letters, digits and hyphens only.">
          <Input defaultValue="billing worker" />
        </Field>
        <Field label="Disabled" help="Set once, when the workspace was made.">
          <Input defaultValue="lk" disabled after={<Icon of={Lock} />} />
        </Field>
        <Field label="Select" aside="8 services">
          <Select
            value={service}
            onChange={setService}
            placeholder="Choose a service"
            options={[
              { value: "payments", label: "payments", note: "private" },
              { value: "ledger", label: "ledger", note: "private" },
            ]}
          />
        </Field>
        <Field label="Several lines">
          <Textarea placeholder="What it is for" rows={2} />
        </Field>
        <SearchInput label="Search" placeholder="Search" hint="/" />
        <FieldSet label="Overlap" aside="Old secret stops Sat 22 Nov, 18:19">
          <Presets options={presets} value={overlap} onChange={setOverlap} />
        </FieldSet>
        <div className="sg-stack">
          <Checkbox defaultChecked>Checked</Checkbox>
          <Checkbox>Unchecked</Checkbox>
          <Checkbox mixed>Mixed</Checkbox>
          <Checkbox disabled>Disabled</Checkbox>
        </div>
        <div className="sg-stack">
          <Radio name="verdict" defaultChecked>
            Deny by default
          </Radio>
          <Radio name="verdict">Allow by default</Radio>
          <Switch defaultChecked>Record bodies</Switch>
          <Switch>Record bodies</Switch>
          <SegmentedControl
            label="Range"
            value={range}
            onChange={setRange}
            options={[
              { value: "24h", label: "24 h" },
              { value: "7d", label: "7 d" },
              { value: "30d", label: "30 d" },
            ]}
          />
        </div>
      </div>
    </Section>
  );
}
