import type { ResolvedGate } from "../../config/resolved.ts";
import type { GateContext, ReadValue } from "./gate-context.ts";
import { problemOf, runGateCommand } from "./gate-process.ts";

const timeout = 30_000;

// A branch of a remote is asked of the remote itself: nobody need fetch. Path and ref come in
// variables, so that they are never read as code or as options.
const command = `
cd -- "$HERDCTL_GATE_PATH" || exit
remote=\${HERDCTL_GATE_REF%%/*}
if [ "$remote" != "$HERDCTL_GATE_REF" ] && git remote | grep -qxF -e "$remote"; then
  exec git ls-remote --exit-code -- "$remote" "refs/heads/\${HERDCTL_GATE_REF#*/}"
fi
exec git rev-parse --verify --end-of-options "$HERDCTL_GATE_REF^{commit}"`;

/** The commit that a repository's branch is at. */
export async function readGitValue(
  gate: Extract<ResolvedGate, { type: "git" }>,
  context: GateContext,
): Promise<ReadValue> {
  const env = {
    ...context.env,
    GIT_TERMINAL_PROMPT: "0",
    HERDCTL_GATE_PATH: gate.path,
    HERDCTL_GATE_REF: gate.ref ?? "HEAD",
  };
  const result = await runGateCommand({ command, timeout }, { ...context, env });
  const problem = problemOf(result, result.exitCode !== 0);
  if (problem !== undefined) return { problem };
  const commit = /^[0-9a-f]{40,64}/.exec(result.stdout)?.[0];
  return commit === undefined ? { problem: `git answered "${result.stdout}"` } : { value: commit };
}
