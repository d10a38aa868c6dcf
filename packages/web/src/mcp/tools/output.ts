import { type OutputLine, renderOutput } from "@herdctl/core";
import { z } from "zod";
import { jobName } from "../fields.ts";
import { type FleetTool, fleetTool } from "../fleet-tool.ts";
import { longestText } from "../shorten.ts";

export const readOutput: FleetTool = fleetTool({
  name: "read_output",
  title: "Read the output of a job",
  description:
    "Shows what a job said and did: text, tool calls, results. Without `fromLine` its last part; with it, " +
    "from there on, and `nextLine` is where to read on. Returns at once, also while the job runs.",
  effect: "reads",
  input: z.strictObject({
    job: jobName,
    fromLine: z.int().min(1).optional().describe("First line; 1 is the beginning."),
  }),
  output: z.object({
    jobId: z.string(),
    isOver: z.boolean().describe("Nothing more comes once the job is over."),
    text: z.string(),
    isCut: z.boolean().describe("There is more before `text`, or with `fromLine` after it."),
    nextLine: z.number().optional().describe("Where to read on, with `fromLine`."),
  }),
  run: async ({ fleet, signal }, { job: name, fromLine }) => {
    const job = await fleet.getJob(name);
    const known = { jobId: job.id, isOver: job.result !== undefined };
    if (fromLine === undefined) return { ...known, ...lastPart(job.output ?? "", job) };
    const lines = fleet.streamJobLines(job.id, { fromSeq: fromLine, follow: false, signal });
    return { ...known, ...(await firstPart(lines, fromLine)) };
  },
});

interface Part {
  readonly text: string;
  readonly isCut: boolean;
}

function lastPart(
  output: string,
  { outputTruncated = false }: { outputTruncated?: boolean },
): Part {
  const isLong = output.length > longestText;
  return { text: output.slice(-longestText), isCut: isLong || outputTruncated };
}

async function firstPart(
  lines: AsyncIterable<OutputLine>,
  fromLine: number,
): Promise<Part & { readonly nextLine: number }> {
  let text = "";
  let nextLine = fromLine;
  for await (const line of lines) {
    const chunk = renderOutput(line);
    const room = longestText - text.length;
    // A line that is too long for any call is cut rather than never shown.
    if (chunk.length > room && text !== "") return { text, isCut: true, nextLine };
    text += chunk.slice(0, room);
    nextLine = line.seq + 1;
  }
  return { text, isCut: false, nextLine };
}
