import { WifiOff } from "lucide-react";
import type { ReactNode } from "react";
import { Drawing, type DrawingName } from "@/components/states/drawings";
import { Icon } from "@/components/ui/icon";
import { Note } from "@/components/ui/plate";
import { ScopeChip } from "@/components/ui/words/chips";
import { Shape } from "@/components/ui/words/shapes";

interface EmptyProps {
  drawing: DrawingName;
  title: ReactNode;
  text: ReactNode;
  actions?: ReactNode;
  role?: "alert" | "status";
}

function Empty({ drawing, title, text, actions, role }: EmptyProps) {
  return (
    <div className="empty" role={role}>
      <Drawing name={drawing} />
      <h2>{title}</h2>
      <p>{text}</p>
      {actions !== undefined && <div className="row">{actions}</div>}
    </div>
  );
}

export interface StateProps {
  /** The fact: "No keys yet". */
  title: ReactNode;
  /** What it is for, or why it is so. */
  text: ReactNode;
  /** The way on: buttons or links. */
  actions?: ReactNode;
}

/** First run: nothing yet, and what it would be good for. */
export function EmptyFirst(props: StateProps) {
  return <Empty drawing="uncut" {...props} />;
}

/** The filter is the reason. `actions` clear it. */
export function NoMatch(props: StateProps) {
  return <Empty drawing="cut" role="status" {...props} />;
}

/** Waiting for the first event of a stream. */
export function Listening(props: StateProps) {
  return <Empty drawing="listening" role="status" {...props} />;
}

export interface LoadErrorProps extends StateProps {
  /** The request's id, for whoever looks into it. */
  requestId?: string | undefined;
}

/** It could not be loaded: what happened, what still works, a retry in `actions`. */
export function LoadError({ requestId, actions, ...rest }: LoadErrorProps) {
  const ways = (
    <>
      {actions}
      {requestId && <code className="faint">{requestId}</code>}
    </>
  );
  return <Empty drawing="snapped" role="alert" {...rest} actions={ways} />;
}

export interface NoPermissionProps {
  /** The thing, in the plural: "webhooks". */
  things: string;
  /** What may not be done with it; "see" unless said. */
  verb?: string;
  /** The scope that is missing. */
  scope: string;
  workspace: string;
  actions?: ReactNode;
}

/** Names the scope, and who can grant it. */
export function NoPermission({ things, verb = "see", scope, workspace, actions }: NoPermissionProps) {
  const text = (
    <>
      This needs <ScopeChip scope={scope} />. Owners and admins of {workspace} can grant it.
    </>
  );
  return <Empty drawing="closed" title={`You may not ${verb} ${things}`} text={text} actions={actions} />;
}

/** Not found, or not yours: the same words. */
export function NotFoundState({
  thing,
  workspace,
  actions,
}: {
  thing: string;
  workspace?: string;
  actions?: ReactNode;
}) {
  const text = workspace
    ? `This ${thing} does not exist in ${workspace}. It may belong to another workspace.`
    : `This ${thing} does not exist. It may belong to another workspace.`;
  return <Empty drawing="nothing" title="Nothing here" text={text} actions={actions} />;
}

export interface StreamLostProps {
  /** What streams: "decisions". */
  many: string;
  /** "first", "second" … */
  attempt: string;
  /** Time of day of the newest that is shown. */
  since: string;
}

/** A live stream broke: what is missing, and that it will be filled in. */
export function StreamLost({ many, attempt, since }: StreamLostProps) {
  return (
    <div role="status">
      <Note tone="limited" icon={<Icon of={WifiOff} />}>
        <b>Reconnecting, {attempt} try.</b> New {many} since {since} are kept and will be filled in.
      </Note>
    </div>
  );
}

export interface NoRulesetProps {
  /** Which node has none and what the others do. */
  children: ReactNode;
}

/** Fail closed, loudly. */
export function NoRuleset({ children }: NoRulesetProps) {
  return (
    <div role="alert">
      <Note tone="deny" icon={<Shape name="deny" />}>
        <b>Nothing is let through.</b> {children}
      </Note>
    </div>
  );
}

const widths = [
  ["sk-26", "sk-16"],
  ["sk-22", "sk-18"],
  ["sk-29", "sk-15"],
  ["sk-24", "sk-17"],
  ["sk-27", "sk-15"],
] as const;

export interface LoadingRowsProps {
  /** Accessible name: "Loading keys". */
  label: string;
  rows?: number;
  /** The rows' real height in px. */
  height?: 32 | 36 | 44;
}

/** Rows at their real height while the list loads; no spinner. */
export function LoadingRows({ label, rows = 8, height = 44 }: LoadingRowsProps) {
  return (
    <div role="status" aria-busy="true" aria-label={label} className="loading">
      {Array.from({ length: rows }, (_, row) => {
        const [first, second] = widths[row % widths.length] ?? widths[0];
        return (
          <div key={row} className={`skr h${height}`}>
            <span className="check-sk" />
            <span className="sk2">
              <i className={`sk ${first}`} />
              {height === 44 && <i className={`sk ${second}`} />}
            </span>
            <i className="sk sk-26" />
            <i className="sk bars" />
          </div>
        );
      })}
    </div>
  );
}
