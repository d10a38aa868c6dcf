import { script } from "@herdctl/testing";
import type { Bench, Ran } from "./harness.ts";

/** A command that works for so long; Claude Code refuses a plain `sleep`. */
export const busyFor = (seconds: number): string =>
  `for i in $(seq ${seconds * 10}); do sleep 0.1; done`;

/** Sends claude a signal while its tool works. */
export function killInTool(bench: Pick<Bench, "run">, signal: NodeJS.Signals): Promise<Ran> {
  let pid = 0;
  return bench.run(
    script()
      .tool("Bash", { command: busyFor(60) })
      .text("Done."),
    {
      onRecord: (record) => {
        pid = record.pid;
        return Promise.resolve();
      },
      onLine: (line) => {
        if (line.type === "tool_use") process.kill(pid, signal);
      },
    },
  );
}
