import { normalize } from "node:path";
import { type Document, isMap, isNode, isSeq, parseDocument, stringify, type YAMLSeq } from "yaml";

/** How a fleet file refers to an agent file. */
export interface AgentReference {
  /** From the fleet file's folder on. */
  readonly path: string;
  readonly overrides?: Readonly<Record<string, unknown>>;
}

/** A fleet file's text with one more agent reference; everything else stays as it is. */
export function addAgentReference(fileText: string, reference: AgentReference): string {
  const document = parseFleet(fileText);
  const agents = document.get("agents");
  if (isSeq(agents)) {
    if (indexOfReference(agents, reference.path) !== -1) return fileText;
    const inserted = insertBelow(fileText, agents, stringify(reference));
    if (inserted !== undefined) return inserted;
    agents.flow = false;
    agents.add(document.createNode(reference));
  } else {
    document.set("agents", [document.createNode(reference)]);
  }
  return document.toString({ lineWidth: 0 });
}

/** A fleet file's text without its reference to an agent file; everything else stays as it is. */
export function removeAgentReference(fileText: string, path: string): string {
  const document = parseFleet(fileText);
  const agents = document.get("agents");
  const index = isSeq(agents) ? indexOfReference(agents, path) : -1;
  if (!isSeq(agents) || index === -1) return fileText;
  const cut = agents.items.length > 1 ? cutOut(fileText, agents, index) : undefined;
  if (cut !== undefined) return cut;
  agents.delete(index);
  return document.toString({ lineWidth: 0 });
}

function parseFleet(fileText: string): Document {
  const document = parseDocument(fileText);
  const [fault] = document.errors;
  if (fault) throw new SyntaxError(`The fleet file is not valid YAML: ${fault.message}`);
  if (document.contents !== null && !isMap(document.contents)) {
    throw new SyntaxError("The fleet file is not a mapping.");
  }
  return document;
}

function indexOfReference(agents: YAMLSeq, path: string): number {
  const known = agents.toJSON() as readonly (string | { readonly path?: string } | null)[];
  return known.findIndex((item) => {
    const written = typeof item === "string" ? item : item?.path;
    return written !== undefined && normalize(written) === normalize(path);
  });
}

/** The text with an item below the last one; `undefined` when the items are not in lines of their own. */
function insertBelow(text: string, list: YAMLSeq, item: string): string | undefined {
  const last = list.items.at(-1);
  if (list.flow || !isNode(last) || !last.range) return undefined;
  const [start, end] = last.range;
  const indent = /(?:^|\n)( *)- *$/.exec(text.slice(0, start))?.[1];
  if (indent === undefined) return undefined;
  const lastLine = text.slice(0, end).trimEnd().length;
  const newline = text.indexOf("\n", lastLine);
  const at = newline === -1 ? text.length : newline;
  const lines = item.trimEnd().replaceAll("\n", `\n${indent}  `);
  return `${text.slice(0, at)}\n${indent}- ${lines}${text.slice(at) || "\n"}`;
}

/** The text without the lines of an item; `undefined` when it shares them. */
function cutOut(text: string, list: YAMLSeq, index: number): string | undefined {
  const item = list.items[index];
  if (list.flow || !isNode(item) || !item.range) return undefined;
  const [start, end] = item.range;
  const from = text.lastIndexOf("\n", start - 1) + 1;
  if (!/^ *- *$/.test(text.slice(from, start))) return undefined;
  const newline = text.indexOf("\n", text.slice(0, end).trimEnd().length);
  return text.slice(0, from) + (newline === -1 ? "" : text.slice(newline + 1));
}
