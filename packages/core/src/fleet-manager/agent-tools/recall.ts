import { z } from "zod";
import { type AgentTool, agentTool } from "../../runner/bridge/agent-tool.ts";
import type { MemoryEntry } from "../../state/memory-store.ts";
import type { ToolJob } from "./tool-job.ts";

// Claude Code puts longer answers into a file and shows only their beginning.
const longestAnswer = 40_000;
const excerptLength = 120;

/** Gives back what the agent has remembered. */
export function recallTool(job: ToolJob): AgentTool {
  return agentTool({
    name: "recall",
    description:
      "Get back what you remembered in earlier jobs. Without key and search: a list of everything, each " +
      "with its beginning.",
    input: {
      key: z.string().min(1).max(200).optional().describe("Exactly this one, in full."),
      search: z.string().min(1).max(200).optional().describe("Those with this in key or text."),
    },
    call: async ({ key, search }) => {
      const { memory } = job.fleet.store;
      const name = job.agent.qualifiedName;
      if (key !== undefined) {
        const entry = memory.get(name, key);
        return entry ? entry.text : `Nothing is kept under "${key}".`;
      }
      const entries = memory.list(name, search);
      if (entries.length === 0) return "Nothing is remembered.";
      return search === undefined ? list(entries) : inFull(entries);
    },
  });
}

function list(entries: readonly MemoryEntry[]): string {
  return entries.map((entry) => `${headOf(entry)} ${excerptOf(entry)}`).join("\n");
}

function inFull(entries: readonly MemoryEntry[]): string {
  let room = longestAnswer;
  return entries
    .map((entry) => {
      room -= entry.text.length;
      if (room < 0) return `${headOf(entry)} ${excerptOf(entry)} (recall it by its key)`;
      return `${headOf(entry)}\n${entry.text}`;
    })
    .join("\n\n");
}

function headOf({ key, updatedAt }: MemoryEntry): string {
  return `## ${key} (${updatedAt.slice(0, 16)}Z)`;
}

function excerptOf({ text }: MemoryEntry): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= excerptLength ? line : `${line.slice(0, excerptLength)}…`;
}
