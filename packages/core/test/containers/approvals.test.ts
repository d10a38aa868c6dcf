import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { answersOf, herdctl } from "../agent-tools/running.ts";
import { processesOf } from "../fleet-manager/processes.ts";
import { createContainedFleet } from "./contained-fleet.ts";
import { containersOf, noEngine } from "./engine.ts";

describe.skipIf(noEngine).each(["sdk", "cli"] as const)(
  "a person and an agent in a container without a network (%s)",
  (runtime) => {
    it("speak: a call waits, the container is gone meanwhile, and the answer is carried out", async () => {
      await using test = await createContainedFleet({
        runtime,
        script: script().tool("Bash", { command: "echo pushed >>side.txt" }).text("done"),
        agent: { approvals: { tools: ["Bash(echo pushed*)"], hold: "200ms" } },
        docker: { network: "none" },
      });
      await using fleet = test.manager();
      await fleet.initialize();
      await fleet.start();
      const { id } = await fleet.trigger("a");
      await expect.poll(() => fleet.getJob(id).status).toBe("waiting");
      expect(await containersOf(id)).toEqual([]);
      expect(processesOf(id)).toEqual([]);
      const [approval] = fleet.getApprovals({ status: "pending" });
      await fleet.answerApproval(approval?.id ?? "", { decision: "allow" });
      expect(await fleet.waitForJob(id)).toMatchObject({ status: "completed" });
      expect(await readFile(join(test.workspace("a"), "side.txt"), "utf8")).toBe("pushed\n");
    });

    it("speak: a question is answered while the agent waits", async () => {
      await using test = await createContainedFleet({
        runtime,
        script: script().tool(herdctl("ask_human"), { question: "Which one?" }).text("done"),
        agent: { approvals: { tools: ["WebFetch"], hold: "30s" } },
        docker: { network: "none" },
      });
      await using fleet = test.manager();
      await fleet.initialize();
      await fleet.start();
      const { id } = await fleet.trigger("a");
      const open = () => fleet.getApprovals({ status: "pending" });
      await expect.poll(() => open().length).toBe(1);
      await fleet.answerApproval(open()[0]?.id ?? "", { answer: "The second." });
      expect(await fleet.waitForJob(id)).toMatchObject({ status: "completed", attempt: 1 });
      expect((await answersOf(fleet, id)).join()).toContain("The second.");
    });
  },
);
