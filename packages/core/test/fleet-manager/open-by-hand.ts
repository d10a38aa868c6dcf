import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { claudeBinary, inPrompt, script, type TestFleet } from "@herdctl/testing";
import { readLiveSessions } from "../../src/sessions/live-session.ts";
import { eventually } from "../runner/processes.ts";

/** A person's claude. */
export interface Person extends AsyncDisposable {
  readonly pid: number;
  /** Resolves when claude is gone. */
  leave(): Promise<void>;
}

/** Opens a session of agent `a` as `claude --resume` does, asks something, and stays in it. */
export async function openByHand(test: TestFleet, sessionId: string): Promise<Person> {
  const prompt = `By hand. ${inPrompt(script().text("hm").stall())}`;
  const child = spawn(claudeBinary(), ["--resume", sessionId, "-p", prompt], {
    cwd: test.workspace("a"),
    env: test.env,
    stdio: "ignore",
  });
  const gone = once(child, "exit");
  const leave = async (): Promise<void> => {
    child.kill("SIGKILL");
    await gone;
  };
  const home = join(test.dir, "home/.claude");
  const isOpen = async (): Promise<boolean> =>
    (await readLiveSessions(home)).some((live) => live.sessionId === sessionId);
  await eventually(isOpen, "claude to open the session");
  await test.server.waitForRequest((request) => request.prompt.includes("By hand."));
  return { pid: child.pid ?? 0, leave, [Symbol.asyncDispose]: leave };
}
