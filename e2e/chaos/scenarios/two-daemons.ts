import { runKills } from "../run-kills.ts";
import type { Scenario } from "./scenario.ts";

/** A second daemon that wants the state directory of a living one. */
export const twoDaemons: Scenario = {
  name: "a second daemon is refused and disturbs nothing",
  async run(seed) {
    const { violations, refusals } = await runKills({
      seed,
      kills: 2,
      runtime: "scripted",
      rival: true,
    });
    const refused = refusals.every((code) => code === "STATE_LOCKED") && refusals.length === 2;
    return refused
      ? violations
      : [...violations, `refused with ${refusals.join(", ") || "nothing"}`];
  },
};
