"use client";
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { lazy, type Ref, Suspense, useState } from "react";
import { AttachRule } from "@/components/matrix/cell/attach-rule";
import { EffectList, type DetailRule } from "@/components/matrix/cell/effect-list";
import { checksText, placeWords, sectionsOf, type ShownPlace } from "@/components/matrix/cell/sections";
import { stateLooks } from "@/components/matrix/cell/words";
import { QueryProblem } from "@/components/states/query-problem";
import { LoadingRows } from "@/components/states/states";
import { Button, ButtonLink, IconButton } from "@/components/ui/button";
import { Icon } from "@/components/ui/icon";
import { Shape } from "@/components/ui/words/shapes";
import { VerdictWord } from "@/components/ui/words/verdict-word";
import { matrix } from "@/lib/client/rules/matrix";
import type { RuleChoice } from "@/lib/client/name-answers";

const SimulateHere = lazy(async () => ({
  default: (await import("@/components/matrix/cell/simulate-here")).SimulateHere,
}));

export interface CellSideProps {
  /** A cell; with one of the two null, a whole row or column; null while that is not known yet. */
  place: ShownPlace | null;
  /** Slug of some service, to ask what holds of a credential everywhere. */
  anyService: string;
  workspace: string;
  /** Why nothing can be changed, or false. */
  why: string | false;
  onAttach: (rule: RuleChoice) => void;
  onDetach: (rule: Pick<RuleChoice, "id" | "name">) => void;
  onClose: () => void;
  attachRef: Ref<HTMLInputElement>;
  ref?: Ref<HTMLElement>;
}

/** Explains a cell from near to far: what is attached to it, what reaches it from its row, its column and the workspace, and what holds otherwise. */
export function CellSide({ place, ref, ...props }: CellSideProps) {
  return (
    <aside
      ref={ref}
      className="mx-side"
      aria-label="Cell"
      tabIndex={-1}
      onKeyDown={({ key }) => {
        if (key === "Escape") props.onClose();
      }}
    >
      <IconButton label="Close" icon={<Icon of={X} />} className="mx-close" onClick={props.onClose} />
      {place === null ? (
        <LoadingRows label="Loading the cell" rows={4} height={36} />
      ) : (
        <Explained {...props} place={place} />
      )}
    </aside>
  );
}

interface ExplainedProps extends Omit<CellSideProps, "ref"> {
  place: ShownPlace;
}

function Explained(props: ExplainedProps) {
  const { place, anyService } = props;
  const asked = {
    credential: place.credential?.id ?? "anonymous",
    service: place.service?.slug ?? anyService,
  };
  const cell = useQuery(matrix.cell(asked));
  const isCell = place.credential !== null && place.service !== null;
  return (
    <>
      <div className="mx-side-head">
        <p className="small muted">{isCell ? "Cell" : place.service === null ? "Row" : "Column"}</p>
        <h2>{placeWords(place)}</h2>
        {cell.data !== undefined && isCell && (
          <p className="row">
            <StateWord of={cell.data.state} />
            <span className="small muted">{checksText(cell.data)}</span>
          </p>
        )}
      </div>
      {cell.isPending && <LoadingRows label="Loading the cell" rows={4} height={36} />}
      {cell.isError && (
        <QueryProblem things="The cell" error={cell.error} onRetry={() => void cell.refetch()} />
      )}
      {cell.data !== undefined && <Sections {...props} rules={cell.data.rules} />}
      {cell.data !== undefined && place.service !== null && (
        <div className="mx-sec">
          <h3>Otherwise</h3>
          <p className="row">
            <VerdictWord verdict={cell.data.service.defaultVerdict}>
              {cell.data.service.defaultVerdict === "allow" ? "Allowed" : "Denied"}
            </VerdictWord>
            <span className="muted">by the default of {cell.data.service.slug}</span>
          </p>
        </div>
      )}
      {isCell && <Ways key={`${asked.credential} ${asked.service}`} place={asked} />}
    </>
  );
}

/** A cell's state as shape and word. */
function StateWord({ of }: { of: keyof typeof stateLooks }) {
  const { word, shape } = stateLooks[of];
  const tone = of === "conditional" ? "mx-condi" : of === "allowed" ? "allow" : "deny";
  return (
    <span className={`verdict ${tone}`}>
      <Shape name={shape} />
      {word}
    </span>
  );
}

function Sections({
  place,
  workspace,
  why,
  onAttach,
  onDetach,
  attachRef,
  rules,
}: ExplainedProps & { rules: readonly DetailRule[] }) {
  const { own, others } = sectionsOf(place, rules, workspace);
  const isFixed = place.credential?.kind === "anonymous";
  const isAcross = place.credential === null || place.service === null;
  return (
    <>
      <div className="mx-sec">
        <h3>{own.title}</h3>
        <EffectList
          rules={own.rules}
          near
          across={isAcross}
          onDetach={why === false && !isFixed ? onDetach : undefined}
        />
        {own.rules.length === 0 && <p className="small muted">No rule is attached here.</p>}
        {why === false && !isFixed && (
          <AttachRule ref={attachRef} held={own.rules.map(({ id }) => id)} onAttach={onAttach} />
        )}
        {isFixed && (
          <p className="small muted">
            Rules attach to keys, services and the workspace. Attach one to the service to reach these calls.
          </p>
        )}
        {why !== false && <p className="small muted">You may look. Changing it: {why}</p>}
      </div>
      {others.map(({ title, rules: reaching }) => (
        <div className="mx-sec" key={title}>
          <h3>{title}</h3>
          <EffectList rules={reaching} across={isAcross} />
        </div>
      ))}
    </>
  );
}

/** What else can be asked of a cell. */
function Ways({ place }: { place: { credential: string; service: string } }) {
  const [isOpen, setOpen] = useState(false);
  const search = new URLSearchParams({ view: "history", service: place.service });
  if (place.credential !== "anonymous") search.set("credential", place.credential);
  return (
    <div className="mx-sec">
      <div className="mx-act">
        {!isOpen && (
          <Button size={28} onClick={() => setOpen(true)}>
            Simulate here
          </Button>
        )}
        <ButtonLink size={28} kind="ghost" href={`/decisions?${search.toString()}`}>
          Decisions
        </ButtonLink>
        {place.credential !== "anonymous" && (
          <ButtonLink size={28} kind="ghost" href={`/keys/${place.credential}`}>
            Key
          </ButtonLink>
        )}
      </div>
      {isOpen && (
        <Suspense>
          <SimulateHere place={place} />
        </Suspense>
      )}
    </div>
  );
}
