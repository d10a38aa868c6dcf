import { dirname } from "node:path";
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import { oldPathsOf } from "./legacy.ts";
import type { ValuePath } from "./value-path.ts";

/** A YAML file: its text, its value, and where everything stands. */
export interface Source {
  readonly file: string;
  readonly dir: string;
  readonly text: string;
  readonly document: Document.Parsed;
  /** Plain value with its variables replaced; `undefined` when the text is not YAML. */
  readonly value: unknown;
  /** Paths of texts with a variable that is not set, as {@link pathKey}. */
  readonly unset: ReadonlySet<string>;
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
  const document = parseDocument(text, {
    merge: true,
    prettyErrors: false,
    resolveKnownTags: false,
    logLevel: "error",
  });
  const faults = withoutEchoes([...document.errors, ...document.warnings], text).map((fault) => ({
    offset: isOpenQuote(fault) ? startOfScalar(document, fault.pos[0]) : fault.pos[0],
    message: explain(fault.code, fault.message, text, fault.pos[0]),
    harmless: fault.code === "DUPLICATE_KEY" || fault.code === "TAG_RESOLVE_FAILED",
  }));
  const loop = text.includes("*") ? findLoop(document) : undefined;
  if (loop !== undefined) {
    faults.push({ offset: loop, message: "this alias contains itself", harmless: false });
  }
  let value: unknown;
  if (faults.every((fault) => fault.harmless)) {
    try {
      value = document.toJS();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      faults.push({ offset: aliasOffset(message, text), message, harmless: false });
    }
  }
  const unset: ReadonlySet<string> = new Set();
  return { source: { file, dir: dirname(file), text, document, value, unset }, faults };
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

/** What stands at a path: the key that leads there and the value. */
interface Found {
  readonly key: Node | undefined;
  readonly value: Node | null;
}

/** Offset of the key or the value at `path`, or of the nearest thing above it that exists. */
export function offsetOf(source: Source, path: ValuePath, part: "key" | "value"): number {
  for (let length = path.length; length > 0; length--) {
    const found = findNode(source, path.slice(0, length));
    if (!found) continue;
    const wantsKey = part === "key" || length < path.length;
    const node = wantsKey ? (found.key ?? found.value) : (found.value ?? found.key);
    // An empty value has no extent of its own: its key is what can be seen.
    const empty = node && node.range && node.range[0] === node.range[1];
    const visible = empty ? (found.key ?? node) : node;
    if (visible?.range) return visible.range[0];
  }
  return source.document.contents?.range?.[0] ?? 0;
}

/** The text of the scalar at `path` as written, variables and all. */
export function writtenText(source: Source, path: ValuePath): string | undefined {
  const node = findNode(source, path)?.value;
  return isScalar(node) && typeof node.value === "string" ? node.value : undefined;
}

/** From where to where the value at `path` extends. */
export function extentOf(source: Source, path: ValuePath): readonly [number, number] | undefined {
  const range = findNode(source, path)?.value?.range;
  return range ? [range[0], range[1]] : undefined;
}

function findNode(source: Source, path: ValuePath): Found | undefined {
  const direct = walk(source, path);
  if (direct) return direct;
  for (const old of oldPathsOf(path)) {
    const found = walk(source, old);
    if (found) return found;
  }
  return undefined;
}

function walk(source: Source, path: ValuePath): Found | undefined {
  let found: Found = { key: undefined, value: source.document.contents };
  for (const step of path) {
    const next = child(source, found.value, step);
    if (!next) return undefined;
    found = next;
  }
  return found;
}

function child(source: Source, parent: Node | null, step: string | number): Found | undefined {
  const node = isAlias(parent) ? parent.resolve(source.document) : parent;
  if (isSeq(node)) {
    const item = node.items[Number(step)];
    return item === undefined ? undefined : { key: undefined, value: item as Node };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => keyOf(item) === String(step));
  if (pair) return { key: pair.key as Node, value: pair.value as Node | null };
  return mergedChild(source, node, step);
}

function mergedChild(source: Source, map: YAMLMap, step: string | number): Found | undefined {
  for (const pair of map.items) {
    if (keyOf(pair) !== "<<") continue;
    const merged = pair.value as Node | null;
    const parts = isSeq(merged) ? (merged.items as Node[]) : [merged];
    for (const part of parts) {
      const found = child(source, part, step);
      if (found) return found;
    }
  }
  return undefined;
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : "";
}
