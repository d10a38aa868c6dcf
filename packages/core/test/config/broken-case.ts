import type { Files } from "./files.ts";

/** A configuration with one fault. ▶ stands where the fault is to be reported. */
export interface BrokenCase {
  readonly title: string;
  /** What follows `name: solo` in an agent file… */
  readonly agent?: string;
  /** …or `version: 1` in a fleet file… */
  readonly fleet?: string;
  /** …or other files: `herdctl.yaml`, or else `agent.yaml`, is loaded. */
  readonly files?: Files;
  readonly env?: Readonly<Record<string, string>>;
  /** What the message has to say: what is wrong and what to do. */
  readonly says: readonly string[];
  /** Why a JSON Schema cannot know. */
  readonly beyondSchema?: string;
}

/** A broken configuration as it is on disk, and where its fault is. */
export interface BrokenFiles {
  readonly files: Files;
  /** Which of them to load. */
  readonly entry: string;
  readonly fault: { readonly file: string; readonly line: number; readonly column: number };
}

const mark = "▶";

/** The files of a case without the mark, and where it was. */
export function toFiles(broken: BrokenCase): BrokenFiles {
  const marked = markedFiles(broken);
  const [file, text] = Object.entries(marked).find(([, content]) => content.includes(mark)) ?? [];
  if (file === undefined || text === undefined) throw new Error(`No ${mark} in: ${broken.title}`);
  const before = text.slice(0, text.indexOf(mark)).split("\n");
  const files = Object.fromEntries(
    Object.entries(marked).map(([path, content]) => [path, content.replace(mark, "")]),
  );
  return {
    files,
    entry: "herdctl.yaml" in files ? "herdctl.yaml" : "agent.yaml",
    fault: { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 },
  };
}

function markedFiles({ agent, fleet, files = {} }: BrokenCase): Files {
  const dedented = Object.entries(files).map(([path, text]) => [path, dedent(text)]);
  return {
    ...(agent !== undefined && { "agent.yaml": `name: solo\n${dedent(agent)}` }),
    ...(fleet !== undefined && {
      "herdctl.yaml": `version: 1\n${dedent(fleet)}`,
      "agents/worker.yaml": "name: worker\n",
      "team/herdctl.yaml": "version: 1\nfleet: { name: team }\n",
    }),
    ...Object.fromEntries(dedented),
  };
}

/** Lines without the indentation of the first, so that a table may indent its texts. */
function dedent(text: string): string {
  const lines = text.replace(/^\n/, "").replace(/\n *$/, "\n").split("\n");
  const indent = /^ */.exec(lines[0] ?? "")?.[0] ?? "";
  return lines
    .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
    .join("\n");
}
