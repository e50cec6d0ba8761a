import { Mark } from "@/components/shell/frame/mark";
import { MaskedKey } from "@/components/keys/masked-key";
import { Section } from "./section";

const colours = {
  Planes: ["bg-canvas", "bg-surface", "bg-surface-raised", "bg-surface-sunken", "bg-surface-hover"],
  Ink: ["bg-ink", "bg-muted", "bg-faint"],
  Lines: ["bg-line", "bg-line-strong", "bg-line-control"],
  Accent: ["bg-accent", "bg-accent-hover", "bg-accent-tint", "bg-accent-line"],
  "Key metal": ["bg-brass", "bg-brass-text", "bg-brass-tint", "bg-brass-line", "bg-nickel", "bg-metal-spent"],
  Verdicts: [
    "bg-allow",
    "bg-allow-tint",
    "bg-deny",
    "bg-deny-tint",
    "bg-limited",
    "bg-limited-tint",
    "bg-shadow-rule",
    "bg-shadow-rule-tint",
  ],
  Charts: [
    "bg-chart-ok",
    "bg-chart-limited",
    "bg-chart-denied",
    "bg-chart-error",
    "bg-chart-allowed",
    "bg-chart-ok-soft",
  ],
};

const types = [
  ["Your first call, decided", "text-display tracking-[-0.02em]", "28/36, 600", "Sign-in, first run"],
  ["Decisions", "text-title tracking-[-0.01em]", "20/28, 600", "Page title"],
  ["Needs attention", "text-heading", "15/20, 600", "Plate, dialog"],
  ["Old secret stops in 18 h 22 m", "text-base", "13/20, 400", "Base"],
  ["billing-worker", "text-base font-semibold", "13/20, 600", "Names, field labels"],
  ["Used 22 s ago from 3 addresses", "text-meta", "12/16, 400", "Help, table heads (500)"],
  ["200 k   Fri 21", "text-axis", "11/16, 400", "Axes, shortcut caps"],
  ["lk_live_4aF2…9fZk   O0 1Il B8 5S", "font-mono text-meta", "12/16 mono", "Keys, ids, routes, times"],
] as const;

export function Foundations() {
  return (
    <>
      <Section
        title="The fit"
        text="Two pieces that fit only one way. The tooth marks what is chosen; the cut edge stands for a secret. Nothing else is decorated."
      >
        <div className="sg-row marks">
          <Mark size={96} />
          <Mark size={32} />
          <Mark size={20} />
          <MaskedKey masked="lk_live_4aF2…9fZk" large />
          <MaskedKey masked="lk_test_1kZb…9SvL" large />
        </div>
      </Section>
      <Section
        title="Colour"
        text="Steel for planes, ink for words, blued steel for what you can operate. Brass and nickel only on keys. Verdict colours only on verdicts."
      >
        <div className="sg-cols">
          {Object.entries(colours).map(([group, names]) => (
            <div className="sw-g" key={group}>
              <h3>{group}</h3>
              {names.map((name) => (
                <div className="swatch" key={name}>
                  <i className={name} />
                  <code>{name.slice(3)}</code>
                </div>
              ))}
            </div>
          ))}
        </div>
      </Section>
      <Section
        title="Type"
        text="Hanken Grotesk for everything said; its figures are tabular in every weight. Atkinson Hyperlegible Mono for everything copied, because no two of its characters can be confused."
      >
        <table className="types">
          <tbody>
            {types.map(([words, className, size, use]) => (
              <tr key={words}>
                <td className={className}>{words}</td>
                <td>{size}</td>
                <td>{use}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
      <Section
        title="Shape and depth"
        text="4 px grid, 8 px rhythm. Hairlines divide, shadows only lift what floats."
      >
        <div className="sg-row">
          <div className="rad rounded-chip">3 chip</div>
          <div className="rad rounded-control">5 control</div>
          <div className="rad rounded-plate">8 plate</div>
          <div className="rad rounded-dialog">12 dialog</div>
          <div className="rad rounded-plate border-0! shadow-float">float</div>
          <div className="rad rounded-dialog border-0! shadow-dialog">dialog</div>
        </div>
      </Section>
    </>
  );
}
