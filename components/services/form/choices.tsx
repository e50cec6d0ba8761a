import type { ReactNode } from "react";
import type { PartProps } from "@/components/services/form/part";
import { Radio } from "@/components/ui/form/choice";
import { FieldSet } from "@/components/ui/form/field";
import type { Service } from "@/lib/services/schema";

interface ChoiceProps<Value extends string> {
  name: string;
  value: Value;
  chosen: Value;
  onChoose: (value: Value) => void;
  title: string;
  children: ReactNode;
}

function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { name, value, chosen, onChoose, title, children } = props;
  return (
    <Radio name={name} value={value} checked={value === chosen} onChange={() => onChoose(value)}>
      <span className="choice">
        <b>{title}</b>
        <span className="small muted">{children}</span>
      </span>
    </Radio>
  );
}

/** Who may ask, and what holds when no rule matches. */
export function Choices({ draft, edit }: PartProps) {
  const visibility = {
    name: "visibility",
    chosen: draft.visibility,
    onChoose: (value: Service["visibility"]) => edit({ visibility: value }),
  };
  const verdict = {
    name: "default",
    chosen: draft.defaultVerdict,
    onChoose: (value: Service["defaultVerdict"]) => edit({ defaultVerdict: value }),
  };
  return (
    <>
      <FieldSet label="Who may ask">
        <Choice {...visibility} value="private" title="Private">
          Callers need a credential. Without one they get 401, before any rule.
        </Choice>
        <Choice {...visibility} value="public" title="Public">
          Callers without a credential are judged by the rules too.
        </Choice>
      </FieldSet>
      <FieldSet label="When no rule matches">
        <Choice {...verdict} value="deny" title="Deny by default">
          A call goes through only when a rule allows it.
        </Choice>
        <Choice {...verdict} value="allow" title="Allow by default">
          Every call goes through unless a rule denies it.
        </Choice>
      </FieldSet>
    </>
  );
}
