import { messageOf } from "../errors.ts";
import {
  bundledClaude,
  claudeVersion,
  compareVersions,
  resolveClaudeBinary,
} from "../runner/claude-binary.ts";
import type { Check, Patient } from "./check.ts";

const name = "claude";

/** The Agent SDK, and the `claude` that jobs use. */
export async function checkClaude(patient: Patient): Promise<readonly Check[]> {
  const bundled = await bundledClaude();
  if (bundled.version === undefined) return [noSdk];
  return [await checkBinary(patient, bundled.version)];
}

const noSdk: Check = {
  name,
  status: "problem",
  message: "the Claude Agent SDK is not installed",
  remedy: 'Run "npm install @anthropic-ai/claude-agent-sdk".',
};

async function checkBinary(patient: Patient, wanted: string): Promise<Check> {
  const { config, env, claudePath: configured, timeLeft } = patient;
  try {
    const patience = timeLeft();
    const found = await resolveClaudeBinary({ env, patience, ...(configured && { configured }) });
    const version = found.version ?? (await claudeVersion(found.path, patience));
    if (version === undefined) {
      return { name, status: "problem", message: `${found.path} does not tell its version` };
    }
    const message = `${version}, ${found.path}`;
    if (compareVersions(version, wanted) >= 0) return { name, status: "ok", message };
    const remedy = `Update it, or remove HERDCTL_CLAUDE_PATH: this herdctl was made for ${wanted}.`;
    return { name, status: "warning", message: `${message}: older than ${wanted}`, remedy };
  } catch (error) {
    // Containers bring their own.
    const isNeeded = !config?.agents.every(({ docker }) => docker?.enabled);
    return { name, status: isNeeded ? "problem" : "warning", message: messageOf(error) };
  }
}
