import { ClaudeNotFoundError } from "../claude-binary.ts";

/** How a claude ended that has said nothing on stdout. */
export interface SilentEnd {
  readonly claudePath: string;
  /** `null` where it is not to be known. */
  readonly exitCode: number | null;
  /** The end of what it wrote to stderr. */
  readonly stderr: string;
}

/** Why it never began to work; `undefined` where it is for another reason than the binary itself. */
export function toStartFailure(end: SilentEnd): ClaudeNotFoundError | undefined {
  const problem = problemOf(end);
  if (problem === undefined) return undefined;
  return new ClaudeNotFoundError(`${end.claudePath} ${problem}. ${remedy}`, {
    path: end.claudePath,
  });
}

const remedy = 'Run "npm install -g @anthropic-ai/claude-code@latest".';

function problemOf({ exitCode, stderr }: SilentEnd): string | undefined {
  const said = stderr.trim();
  // The shell's codes for a command that is not there or cannot be executed, and its words.
  const isMissing =
    exitCode === null
      ? /: (?:not found|Permission denied)$/.test(said)
      : exitCode === 126 || exitCode === 127;
  if (isMissing) return `cannot be started (${said.split(": ").at(-1)})`;
  return /unknown option/i.test(said) ? `is too old (${said})` : undefined;
}
