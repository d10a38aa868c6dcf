import { dirname } from "node:path";
import { type Document, isMap, isScalar, parseDocument, visit, type YAMLError } from "yaml";
import type { VariableUse } from "./interpolate.ts";
import type { ValuePath } from "./value-path.ts";

/** A YAML file: its text, its value, and where everything stands. */
export interface Source {
  readonly file: string;
  readonly dir: string;
  readonly text: string;
  /** Parses the text again, once: documents are large, and only a problem has to be placed in one. */
  readonly document: () => Document.Parsed;
  /** Line of each of the file's own schedules, where it can be told without the document. */
  readonly scheduleLines: ReadonlyMap<string, number>;
  /** Plain value with its variables replaced; `undefined` when the text is not YAML. */
  readonly value: unknown;
  /** Paths of texts with a variable that is not set, as {@link pathKey}. */
  readonly unset: ReadonlySet<string>;
  /** Where it refers to variables. */
  readonly uses: readonly VariableUse[];
}

/** A path as a key of sets. */
export function pathKey(path: ValuePath): string {
  return JSON.stringify(path);
}

/** A fault in the YAML itself. */
export interface SyntaxFault {
  readonly offset: number;
  readonly message: string;
  /** The value is there all the same. */
  readonly harmless: boolean;
}

/** Parses YAML 1.2 with merge keys and anchors, keeping the place of every value. */
export function parseSource(file: string, text: string): { source: Source; faults: SyntaxFault[] } {
  const document = parseYaml(text);
  const faults = withoutEchoes([...document.errors, ...document.warnings], text).map((fault) => ({
    offset: isOpenQuote(fault) ? startOfScalar(document, fault.pos[0]) : fault.pos[0],
    message: explain(fault.code, fault.message, text, fault.pos[0]),
    harmless: fault.code === "DUPLICATE_KEY" || fault.code === "TAG_RESOLVE_FAILED",
  }));
  const loop = text.includes("&") ? findLoop(document) : undefined;
  if (loop !== undefined) {
    faults.push({ offset: loop, message: "this alias contains itself", harmless: false });
  }
  if (text.includes("__proto__")) faults.push(...findReservedKeys(document));
  let value: unknown;
  if (faults.every((fault) => fault.harmless)) {
    try {
      value = document.toJS();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      faults.push({ offset: aliasOffset(message, text), message, harmless: false });
    }
  }
  const source = {
    file,
    dir: dirname(file),
    text,
    document: documentOf(text),
    scheduleLines: scheduleLinesOf(document, text),
    value,
    unset: nothing,
    uses: [],
  };
  return { source, faults };
}

const nothing: ReadonlySet<string> = new Set();

function parseYaml(text: string): Document.Parsed {
  return parseDocument(text, {
    merge: true,
    prettyErrors: false,
    resolveKnownTags: false,
    logLevel: "error",
  });
}

// In a function of its own: a closure keeps whatever any closure beside it needs.
function documentOf(text: string): Source["document"] {
  let document: Document.Parsed | undefined;
  return () => (document ??= parseYaml(text));
}

function scheduleLinesOf(document: Document.Parsed, text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  const schedules = document.get("schedules");
  if (!isMap(schedules)) return lines;
  for (const { key } of schedules.items) {
    if (!isScalar(key) || !key.range) continue;
    lines.set(String(key.value), positionAt(text, key.range[0]).line);
  }
  return lines;
}

// After one fault the parser stumbles over the rest of the line.
function withoutEchoes(faults: readonly YAMLError[], text: string): readonly YAMLError[] {
  const seen = new Set<number>();
  return faults.filter(({ pos }) => {
    const { line } = positionAt(text, pos[0]);
    return !seen.has(line) && seen.add(line);
  });
}

/** Offset of an alias that stands inside of what it stands for. */
function findLoop(document: Document.Parsed): number | undefined {
  let offset: number | undefined;
  visit(document, {
    Alias(_, alias, ancestors) {
      const target = alias.resolve(document);
      if (target && ancestors.some((node) => node === target)) offset ??= alias.range?.[0] ?? 0;
    },
  });
  return offset;
}

/** Keys that a JavaScript object cannot have like any other: what they name would be lost silently. */
function findReservedKeys(document: Document.Parsed): readonly SyntaxFault[] {
  const faults: SyntaxFault[] = [];
  visit(document, {
    Pair(_, { key }) {
      if (!isScalar(key) || key.value !== "__proto__") return;
      const message = 'the name "__proto__" is reserved: choose another one';
      faults.push({ offset: key.range?.[0] ?? 0, message, harmless: true });
    },
  });
  return faults;
}

function isOpenQuote({ code, message }: YAMLError): boolean {
  return code === "MISSING_CHAR" && message.includes("quote");
}

// An open quote reaches to the end of the file; what has to be mended is where it begins.
function startOfScalar(document: Document.Parsed, end: number): number {
  let start = end;
  visit(document, {
    Scalar(_, { range }) {
      if (range && range[0] < end && end <= range[2]) start = range[0];
    },
  });
  return start;
}

function explain(code: string, message: string, text: string, offset: number): string {
  if (code === "DUPLICATE_KEY") return "this key is here twice: keep one of them";
  if (code === "TAG_RESOLVE_FAILED") return `${message}: tags have no meaning here`;
  if (code === "MULTIPLE_DOCS") return "a file holds one document: remove the line with ---";
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset + 1);
  if (/[{[][^}\]]*\$\{/.test(line)) return `${message}. Inside { } and [ ] put "\${…}" in quotes`;
  if (text[offset] === "\t") return `${message}. YAML is indented with spaces, not tabs`;
  return message;
}

function aliasOffset(message: string, text: string): number {
  const name = /^Unresolved alias.*: (\S+)$/.exec(message)?.[1];
  return Math.max(0, text.indexOf(name === undefined ? "<<" : `*${name}`));
}

/** 1-based line and column of an offset. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf("\n"); end !== -1 && end < offset; end = text.indexOf("\n", start)) {
    start = end + 1;
    line++;
  }
  return { line, column: Math.min(offset, text.length) - start + 1 };
}
