import { isMap, isNode, isSeq, parseDocument, stringify, type YAMLSeq } from "yaml";

/** A fleet file's text with one more agent reference; everything else stays as it is. */
export function addAgentReference(fileText: string, path: string): string {
  const document = parseDocument(fileText);
  const [fault] = document.errors;
  if (fault) throw new SyntaxError(`The fleet file is not valid YAML: ${fault.message}`);
  if (document.contents !== null && !isMap(document.contents)) {
    throw new SyntaxError("The fleet file is not a mapping.");
  }
  const agents = document.get("agents");
  if (isSeq(agents)) {
    const known = agents.toJSON() as readonly (string | { readonly path?: string })[];
    const isThere = known.some((item) => (typeof item === "string" ? item : item.path) === path);
    if (isThere) return fileText;
    const inserted = insertBelow(fileText, agents, stringify({ path }));
    if (inserted !== undefined) return inserted;
    agents.flow = false;
    agents.add(document.createNode({ path }));
  } else {
    document.set("agents", [document.createNode({ path })]);
  }
  return document.toString({ lineWidth: 0 });
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
  return `${text.slice(0, at)}\n${indent}- ${item.trimEnd()}${text.slice(at) || "\n"}`;
}
