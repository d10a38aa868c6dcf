import { basename, extname, join } from "node:path";
import { z } from "zod";
import { protectedFiles } from "../../config/protected-files.ts";
import { type AgentTool, agentTool } from "../../runner/bridge/agent-tool.ts";
import { jobFolder } from "../../state/attempt-files.ts";
import type { SentFile } from "../../state/job-record.ts";
import { copyFileInside } from "./copy-file.ts";
import { mimeTypeOf } from "./mime-type.ts";
import { maskedPaths } from "../../runner/runtime/container/masked-paths.ts";
import { toHostPath } from "../../runner/runtime/container/workspace-path.ts";
import type { ToolJob } from "./tool-job.ts";

const largestFile = 25 * 1_024 * 1_024;
const mostFiles = 100;

/** Hands a file over: a copy is kept with the job. */
export function sendFileTool(job: ToolJob): AgentTool {
  return agentTool({
    name: "send_file",
    description:
      "Hand a file of your working directory over to the people who wait for this job: a report, a " +
      "picture, a patch. A copy is kept with the job; at most 25 MiB.",
    input: {
      path: z.string().min(1).describe("Relative to your working directory, or absolute."),
      title: z.string().min(1).max(200).optional().describe("What it is."),
    },
    call: ({ path, title }, call) => job.once(call, () => send(job, path, title)),
  });
}

async function send(job: ToolJob, path: string, title: string | undefined): Promise<string> {
  const { fleet, agent } = job;
  const { id: jobId, agentName, files = [] } = job.record();
  if (files.length >= mostFiles) throw new Error(`${mostFiles} files have been sent: no more.`);
  const name = freeName(
    basename(path),
    files.map((file) => file.name),
  );
  const to = join(jobFolder(fleet.state.stateDir, jobId), "files", name);
  const size = await copyFileInside({
    path: toHostPath(agent, path),
    inside: agent.workingDirectory,
    except: await hiddenFrom(job),
    to,
    most: largestFile,
  });
  const file: SentFile = {
    name,
    path: to,
    size,
    mimeType: mimeTypeOf(name),
    ...(title !== undefined && { title }),
  };
  await job.update({ files: [...files, file] });
  fleet.emit("job:file", { jobId, agentName, file });
  return `Sent as ${name} (${size} bytes).`;
}

/** What herdctl could read of the agent's folder, and the agent cannot. */
async function hiddenFrom({ fleet, agent }: ToolJob): Promise<readonly string[]> {
  if (!agent.docker?.enabled) return [];
  const { files, folders } = await maskedPaths({
    workspace: agent.workingDirectory,
    stateDir: fleet.state.stateDir,
    protectedFiles: protectedFiles(fleet.config),
  });
  return [...files, ...folders];
}

/** The name, with a number where it is taken. */
function freeName(name: string, taken: readonly string[]): string {
  const extension = extname(name);
  const stem = name.slice(0, name.length - extension.length);
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? name : `${stem}-${count}${extension}`;
    if (!taken.includes(candidate)) return candidate;
  }
}
