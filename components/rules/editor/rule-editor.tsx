"use client";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { AttachmentsBar } from "@/components/rules/editor/attachments-bar";
import { withMember } from "@/components/rules/draft/edit-text";
import { EditorHead } from "@/components/rules/editor/editor-head";
import { RuleDialogs, type OpenDialog } from "@/components/rules/dialogs/rule-dialogs";
import { SimulatePanel } from "@/components/rules/simulate/simulate-panel";
import { StatusLine } from "@/components/rules/editor/status-line";
import { TestsPanel } from "@/components/rules/editor/tests-panel";
import { useServerAnswer } from "@/components/rules/editor/use-server-answer";
import { decidesOtherwise, triedDraft } from "@/components/rules/draft/trial";
import { useKnownNames } from "@/components/rules/draft/use-known-names";
import { useSaveRule } from "@/components/rules/draft/use-save-rule";
import type { Base } from "@/components/rules/draft/base";
import { useRuleDraft } from "@/components/rules/draft/use-rule-draft";
import { EditorBar } from "@/components/rules/editor/editor-bar";
import type { CodeEditorHandle } from "@/components/rules/json/code-editor";
import type { CheckedDraft } from "@/components/rules/json/check-draft";
import { LazyCodeEditor } from "@/components/rules/json/lazy-code-editor";
import { markOf } from "@/components/rules/json/marks";
import { findPath, findValues } from "@/components/rules/json/scan";
import { ReplaySection } from "@/components/rules/replay/replay-section";
import { Sentence } from "@/components/rules/sentence";
import { Page } from "@/components/shell/page";
import { usePermission } from "@/components/shell/permissions";
import { Note } from "@/components/ui/plate";

export interface RuleEditorProps {
  base: Base;
  /** What the server said of the base's text; null where it could not. */
  first: CheckedDraft | null;
  /** Slug of the service that a simulated call goes to first. */
  service: string | null;
  /** A recorded decision to simulate first. */
  decisionId: string | null;
  nonce: string | undefined;
}

/** A rule as JSON on the left; on the right what it means, its tests, and how it would judge a call. */
export function RuleEditor({ base, first, service, decisionId, nonce }: RuleEditorProps) {
  const draft = useRuleDraft(base, first);
  const [dialog, setDialog] = useState<OpenDialog>(null);
  const [cursor, setCursor] = useState({ line: 1, column: 1 });
  const handle = useRef<CodeEditorHandle>(null);
  const permission = usePermission(draft.base.stored === null ? "create:rules" : "update:rules");
  const answered = useServerAnswer(draft);
  const save = useSaveRule(draft, { answered, onStale: () => setDialog("stale") });
  const names = useKnownNames();
  const marks = [
    ...draft.checked.marks,
    ...answered.marks,
    ...save.refusals.map((error) => markOf(findValues(draft.text), error)),
  ];
  useSaveShortcut(() => void save.save());
  useLeaveWarning(draft.dirty && draft.text !== draft.base.text);
  const show = (path: string) => {
    const found = findPath(findValues(draft.text), path);
    if (found !== null) handle.current?.reveal(found.from);
  };
  const { value, rule } = draft.checked;
  const tried = rule && triedDraft({ rule, attachments: draft.attachments, base: draft.base });
  const [offerSlot, setOfferSlot] = useState<HTMLElement | null>(null);
  const isOffered = tried !== null && draft.text !== draft.base.text && decidesOtherwise(tried, draft.base);
  const change = permission.allowed
    ? (key: string, next: unknown, after: string) =>
        draft.setText(withMember(draft.text, { key, value: next, after }))
    : undefined;
  return (
    <Page layout="flush">
      <EditorHead
        draft={draft}
        save={save}
        why={permission.why}
        onMode={change && ((mode) => change("mode", mode, "effect"))}
        onOpen={setDialog}
      >
        <span ref={setOfferSlot} />
      </EditorHead>
      <div className="editor">
        <section className="ed-left" aria-label="Rule as JSON">
          <EditorBar draft={draft} onOpen={setDialog} editable={permission.allowed}>
            <AttachmentsBar
              attachments={draft.attachments}
              onChange={permission.allowed ? draft.setAttachments : undefined}
            />
          </EditorBar>
          <div className="ed-code">
            <LazyCodeEditor
              label="Rule as JSON"
              text={draft.text}
              onChange={draft.setText}
              saved={draft.base.text}
              marks={marks}
              names={names}
              onCursor={(line, column) => setCursor({ line, column })}
              onReady={(ready) => {
                handle.current = ready;
              }}
              readOnly={!permission.allowed}
              nonce={nonce}
            />
          </div>
          <StatusLine
            marks={marks}
            checking={draft.checking}
            cost={draft.checked.cost}
            steps={answered.steps}
            tests={answered.tests}
            cursor={cursor}
            onShow={(mark) => handle.current?.reveal(mark.from)}
          />
        </section>
        <section className="ed-right" aria-label="What it does">
          <div className="ed-sec">
            <h2>In one sentence</h2>
            <p className="sentence">
              {rule === null ? (
                <span className="muted">It can be said as soon as the rule is whole.</span>
              ) : (
                <Sentence rule={rule} attachments={draft.attachments} />
              )}
            </p>
            {rule !== null && draft.attachments.length === 0 && (
              <Note tone="limited">Attached to nothing, it judges no call. Attach it above the text.</Note>
            )}
          </div>
          <TestsPanel
            outcomes={answered.tests}
            waiting={answered.tests.length === 0 && (answered.asking || !draft.checked.valid)}
            onShow={(index) => show(`tests.${index}`)}
            onAdd={
              change && value !== null
                ? () =>
                    change(
                      "tests",
                      [...(rule?.tests ?? listOf(value["tests"])), newTest(rule?.effect)],
                      "when",
                    )
                : undefined
            }
          />
          <SimulatePanel draft={tried} service={service} decisionId={decisionId} />
          <ReplaySection draft={tried} isOffered={isOffered} slot={offerSlot} />
        </section>
      </div>
      <RuleDialogs open={dialog} draft={draft} onClose={() => setDialog(null)} />
    </Page>
  );
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function newTest(effect: "allow" | "deny" | undefined) {
  return { name: "a case that matters", request: { method: "GET", path: "/" }, expect: effect ?? "deny" };
}

function useSaveShortcut(save: () => void): void {
  const run = useEffectEvent(save);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (
        event.key.toLowerCase() !== "s" ||
        !(event.metaKey || event.ctrlKey) ||
        event.altKey ||
        event.shiftKey
      )
        return;
      event.preventDefault();
      run();
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
}

function useLeaveWarning(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [isOn]);
}
