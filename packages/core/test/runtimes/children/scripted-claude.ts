import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { projectFolderName } from "../../../src/claude-home.ts";

// Stands where claude would be, and says what no claude of today says: the lines in the file named by
// SCRIPTED_LINES, to stdout and to its session file.
const { SCRIPTED_LINES = "", CLAUDE_CONFIG_DIR = "" } = process.env;
const { values } = parseArgs({ options: { "session-id": { type: "string" } }, strict: false });
const id = String(values["session-id"]);
const folder = join(CLAUDE_CONFIG_DIR, "projects", projectFolderName(process.cwd()));
const { stdout, session }: { stdout: string[]; session: string[] } = JSON.parse(
  readFileSync(SCRIPTED_LINES, "utf8").replaceAll("<session>", id),
);

mkdirSync(folder, { recursive: true });
for (const line of session) appendFileSync(join(folder, `${id}.jsonl`), `${line}\n`);
for (const line of stdout) process.stdout.write(`${line}\n`);
