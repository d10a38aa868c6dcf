import { isMap, isSeq, parseDocument } from "yaml";

/** A fleet file's text with one more agent reference; comments and formatting stay. */
export function addAgentReference(fileText: string, path: string): string {
  const document = parseDocument(fileText);
  const [fault] = document.errors;
  if (fault) throw new SyntaxError(`The fleet file is not valid YAML: ${fault.message}`);
  if (document.contents !== null && !isMap(document.contents)) {
    throw new SyntaxError("The fleet file is not a mapping.");
  }
  const agents = document.get("agents");
  const reference = document.createNode({ path });
  if (isSeq(agents)) {
    const known = agents.toJSON() as readonly (string | { readonly path?: string })[];
    const isThere = known.some((item) => (typeof item === "string" ? item : item.path) === path);
    if (isThere) return fileText;
    agents.flow = false;
    agents.add(reference);
  } else {
    document.set("agents", [reference]);
  }
  return document.toString({ lineWidth: 0 });
}
