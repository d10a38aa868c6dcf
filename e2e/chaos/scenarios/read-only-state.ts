import { execFileSync } from "node:child_process";
import { runKills } from "../run-kills.ts";
import { cannotMount, type Scenario } from "./scenario.ts";

/** A state directory that cannot be written when the next daemon wants to start on it. */
export const readOnlyState: Scenario = {
  name: "a state directory that is read-only is refused and left as it is",
  ...cannotMount,
  async run(seed) {
    const { violations, refusals } = await runKills({
      seed,
      kills: 2,
      runtime: "scripted",
      stages: ["anywhere"],
      between: mountReadOnly,
    });
    const refused = refusals.every((code) => code === "STATE_DIR") && refusals.length === 2;
    return refused
      ? violations
      : [...violations, `refused with ${refusals.join(", ") || "nothing"}`];
  },
};

function mountReadOnly(stateDir: string): Disposable {
  execFileSync("mount", ["--bind", stateDir, stateDir]);
  execFileSync("mount", ["-o", "remount,ro,bind", stateDir]);
  return { [Symbol.dispose]: () => void execFileSync("umount", ["--lazy", stateDir]) };
}
