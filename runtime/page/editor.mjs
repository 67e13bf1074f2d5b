// An editor for Python: CodeMirror with what a cell needs and no more. Loaded when needed.

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python, pythonLanguage } from "@codemirror/lang-python";
import { HighlightStyle, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, keymap } from "@codemirror/view";
import { highlightCode, tags } from "@lezer/highlight";

// The classes that Pygments gives to printed code, so that a cell looks the same when it is edited.
const colors = HighlightStyle.define([
  { tag: tags.keyword, class: "k" },
  { tag: [tags.controlKeyword, tags.moduleKeyword], class: "k" },
  { tag: tags.operatorKeyword, class: "ow" },
  { tag: [tags.string, tags.special(tags.string)], class: "s1" },
  { tag: tags.comment, class: "c1" },
  { tag: tags.number, class: "mi" },
  { tag: [tags.bool, tags.null], class: "kc" },
  { tag: tags.function(tags.definition(tags.variableName)), class: "nf" },
  { tag: tags.definition(tags.className), class: "nc" },
  { tag: tags.operator, class: "o" },
]);

/**
 * Puts an editor in the place of a field or of printed code.
 * Tab indents; Escape and then Tab leaves the editor; Ctrl+Enter or Shift+Enter runs.
 */
export function editor(place, { text, label, changed = () => {}, submit = () => {} } = {}) {
  const run = () => {
    submit();
    return true;
  };
  const view = new EditorView({
    state: EditorState.create({
      doc: text ?? place.value,
      extensions: [
        keymap.of([
          { key: "Mod-Enter", run },
          { key: "Shift-Enter", run },
        ]),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        EditorView.lineWrapping,
        indentUnit.of("    "),
        python(),
        syntaxHighlighting(colors),
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
        EditorView.contentAttributes.of({
          "aria-label": label ?? place.getAttribute("aria-label") ?? "Python code",
          spellcheck: "false",
          autocapitalize: "off",
        }),
        EditorView.editorAttributes.of({ class: "live-editor highlight" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed();
        }),
      ],
    }),
  });
  place.after(view.dom);
  place.hidden = true;
  return {
    get text() {
      return view.state.doc.toString();
    },
    set text(given) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: given } });
    },
    focus: () => view.focus(),
    remove: () => {
      view.destroy();
      place.hidden = false;
    },
  };
}

/** Printed code, in its colors. */
export function highlighted(text) {
  const made = document.createDocumentFragment();
  const put = (part, css) => {
    const span = document.createElement("span");
    span.className = css;
    span.textContent = part;
    made.append(css ? span : part);
  };
  highlightCode(text, pythonLanguage.parser.parse(text), colors, put, () => made.append("\n"));
  return made;
}

globalThis.liveEditor = { editor, highlighted };
