import { LineArea, MiniLine } from "@/components/charts/lines";
import { Sparkline } from "@/components/charts/sparkline";
import { StackedBars } from "@/components/charts/stacked-bars";
import { Countdown } from "@/components/ui/countdown";
import { Meter } from "@/components/ui/meter";
import { Plate } from "@/components/ui/plate";
import { Section } from "./section";
import { days, overlap, week } from "./sample";

const begin = Date.UTC(2025, 10, 21, 10, 19);

export function Charts() {
  const secrets = overlap();
  const ats = secrets.map((_, index) => new Date(begin + index * 480_000).toISOString());
  return (
    <Section
      title="Charts"
      text="Bars for counts, a line for one rate, dashes for what is forecast or outgoing. No gradients, no smoothing, four gridlines."
    >
      <Plate title="Calls by outcome">
        <StackedBars label="Calls by outcome, 7 days" columns={week()} bucketSeconds={10_800} />
      </Plate>
      <div className="sg-2">
        <Plate title="Rotation">
          <LineArea
            label="Calls a minute by secret"
            ats={ats}
            bucketSeconds={480}
            mark={{ at: ats[18] ?? "", label: "Rotated" }}
            lines={[
              { label: "New", tone: "brass", values: secrets.map(({ fresh }) => fresh) },
              { label: "Old", tone: "spent", values: secrets.map(({ old }) => old) },
            ]}
          />
        </Plate>
        <Plate title="Small ones">
          <div className="sg-stack">
            <div className="row">
              <Sparkline days={days(1)} label="30 days, steady" /> <span className="small muted">steady</span>
            </div>
            <div className="row">
              <Sparkline days={days(2)} label="30 days, some refused" />{" "}
              <span className="small muted">some refused</span>
            </div>
            <div className="row">
              <Sparkline days={days(3)} label="30 days, going quiet" />{" "}
              <span className="small muted">going quiet</span>
            </div>
            <span className="metric border-0!">
              <MiniLine values={days(1).map(({ ok }) => ok)} />
            </span>
            <Meter label="91 of 600" parts={[{ share: 0.15 }]} />
            <Meter label="1.42 M of 2 M" parts={[{ share: 0.71, tone: "limited" }]} />
            <Meter
              label="94.1 % on the new secret"
              parts={[
                { share: 0.941, tone: "brass" },
                { share: 0.059, tone: "spent" },
              ]}
            />
            <Meter label="65 % replayed" height={8} parts={[{ share: 0.65, tone: "accent" }]} />
            <Countdown until="2099-11-22T12:42:00Z" large />
          </div>
        </Plate>
      </div>
    </Section>
  );
}
