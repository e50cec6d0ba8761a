import { ChevronLeft, ChevronRight, Download, Ellipsis, Plus } from "lucide-react";
import { Button, ButtonGroup, type ButtonKind, ButtonLink, IconButton } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Section } from "./section";

const kinds: readonly { name: string; kind: ButtonKind; word: string; icon?: typeof Plus }[] = [
  { name: "Primary", kind: "primary", word: "Create key", icon: Plus },
  { name: "Secondary", kind: "secondary", word: "Export", icon: Download },
  { name: "Quiet", kind: "ghost", word: "Discard" },
  { name: "Danger", kind: "danger", word: "Revoke" },
  { name: "Danger, quiet", kind: "ghost-danger", word: "Revoke" },
  { name: "Danger, final", kind: "danger-solid", word: "Revoke 3 keys" },
];

const states = { Rest: "", Hover: "is-hover", Focus: "is-focus", Pressed: "is-active" };

export function Buttons() {
  return (
    <Section
      title="Buttons"
      text="One primary per view. 28 in toolbars and rows, 32 in forms, 40 alone or under a thumb."
    >
      <table className="btn-grid">
        <thead>
          <tr>
            <td />
            {[...Object.keys(states), "Disabled", "Busy"].map((state) => (
              <th key={state} scope="col">
                {state}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {kinds.map(({ name, kind, word, icon }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {Object.entries(states).map(([state, className]) => (
                <td key={state}>
                  <Button kind={kind} className={className} icon={icon && <Icon of={icon} />}>
                    {word}
                  </Button>
                </td>
              ))}
              <td>
                <Button kind={kind} why="1 of 5 tests fails" icon={icon && <Icon of={icon} />}>
                  {word}
                </Button>
              </td>
              <td>
                <Button kind={kind} busy="Saving">
                  {word}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="sg-row">
        <Button size={28}>28</Button>
        <Button size={32}>32</Button>
        <Button size={40}>40</Button>
        <ButtonGroup>
          <IconButton
            kind="secondary"
            label="Previous"
            icon={<Icon of={ChevronLeft} />}
            why="This is the first page"
          />
          <IconButton kind="secondary" label="Next" icon={<Icon of={ChevronRight} />} />
        </ButtonGroup>
        <IconButton kind="secondary" size={32} label="More" icon={<Icon of={Ellipsis} />} />
        <Button kind="primary" size={28} hint="C" icon={<Icon of={Plus} />}>
          Create key
        </Button>
        <ButtonLink href="/styleguide" kind="secondary">
          A link
        </ButtonLink>
        <Button why="1 of 5 tests fails">Save as v419</Button>
      </div>
    </Section>
  );
}
