import { z } from "zod";
import { type AgentTool, agentTool } from "../../runner/bridge/agent-tool.ts";
import { forgetMemory } from "../memory.ts";
import type { ToolJob } from "./tool-job.ts";

const longestText = 64 * 1_024;
const mostEntries = 1_000;

/** Keeps something for the agent's later jobs, whatever session they run in. */
export function rememberTool(job: ToolJob): AgentTool {
  return agentTool({
    name: "remember",
    description:
      "Keep something for your later jobs, which do not know this conversation: what you have handled " +
      "already, what you learned, where you stopped. Replaces what is kept under the same key; an empty " +
      "text forgets it. Only you and the people who run you see it.",
    input: {
      key: z.string().min(1).max(200).describe("A short name to find it again."),
      text: z.string().describe("At most 64 KiB; empty: forget what is kept under the key."),
    },
    call: ({ key, text }, call) => job.once(call, () => keep(job, key, text)),
  });
}

async function keep({ fleet, agent }: ToolJob, key: string, text: string): Promise<string> {
  const name = agent.qualifiedName;
  if (text === "") {
    const forgotten = await forgetMemory(fleet, name, key);
    return forgotten > 0 ? "Forgotten." : "Nothing was kept under this key.";
  }
  const size = Buffer.byteLength(text);
  if (size > longestText) {
    throw new Error(`The text is ${size} bytes; at most ${longestText} are kept under one key.`);
  }
  const updatedAt = new Date(fleet.clock.now()).toISOString();
  const entry = fleet.redactor.value({ key, text, updatedAt });
  if (!(await fleet.store.memory.put(name, entry, mostEntries))) {
    throw new Error(
      `You remember ${mostEntries} things already. Forget some first: remember with an empty text.`,
    );
  }
  fleet.emit("memory:changed", { agentName: name, key });
  return "Remembered.";
}
