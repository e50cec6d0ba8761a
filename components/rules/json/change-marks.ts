import { RangeSetBuilder, type Extension, StateEffect, StateField, type Text } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import { diffLines, replacedPart } from "@/components/rules/json/diff";

/** Says which text the marks compare with. */
export const setSaved = StateEffect.define<string>();

class WasWidget extends WidgetType {
  constructor(readonly was: string) {
    super();
  }

  override eq(other: WasWidget) {
    return other.was === this.was;
  }

  override toDOM() {
    const element = document.createElement("em");
    element.className = "cm-was";
    element.textContent = `was ${this.was}`;
    return element;
  }
}

const changedLine = Decoration.line({ class: "cm-changed" });

function marksOf(saved: string, doc: Text): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const line of diffLines(saved.trimEnd(), doc.toString().trimEnd())) {
    if (line.kind !== "added" || line.after > doc.lines) continue;
    const { from, to } = doc.line(line.after);
    builder.add(from, from, changedLine);
    const was = line.replaces === null ? "" : replacedPart(line.replaces, line.text);
    if (was !== "" && was.length <= 40)
      builder.add(to, to, Decoration.widget({ widget: new WasWidget(was), side: 1 }));
  }
  return builder.finish();
}

interface Marks {
  saved: string;
  marks: DecorationSet;
}

/** Marks each line that differs from what is saved, and says what stood there when one line took the place of one. */
export function changeMarks(saved: string): Extension {
  const field = StateField.define<Marks>({
    create: (state) => ({ saved, marks: marksOf(saved, state.doc) }),
    update(value, transaction) {
      const effect = transaction.effects.find((one) => one.is(setSaved));
      const compared = effect?.is(setSaved) === true ? effect.value : value.saved;
      if (compared === value.saved && !transaction.docChanged) return value;
      return { saved: compared, marks: marksOf(compared, transaction.newDoc) };
    },
    provide: (self) => EditorView.decorations.from(self, ({ marks }) => marks),
  });
  return field;
}
