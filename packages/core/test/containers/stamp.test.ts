import { type Logger, silentLogger } from "@herdctl/core";
import { script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { createContainedFleet } from "./contained-fleet.ts";
import { noEngine } from "./engine.ts";
import { labelledImage } from "./labelled-image.ts";

/** What herdctl warns of while an agent with this image does these many jobs. */
async function warningsOf(image: string, jobs: number): Promise<readonly string[]> {
  await using test = await createContainedFleet({
    runtime: "sdk",
    script: script().text("done"),
    docker: { image },
  });
  const warnings: string[] = [];
  const logger: Logger = { ...silentLogger, warn: (message) => void warnings.push(message) };
  await using fleet = test.manager({ logger });
  await fleet.initialize();
  for (let count = 0; count < jobs; count++) {
    const { id } = await fleet.trigger("a");
    expect(await fleet.waitForJob(id)).toMatchObject({ status: "completed" });
  }
  return warnings;
}

describe.skipIf(noEngine)("an image", () => {
  it("that another version of herdctl built is warned of once, with what to do", async () => {
    const image = await labelledImage({ "herdctl.version": "0.0.1" });
    expect(await warningsOf(image, 2)).toEqual([
      expect.stringMatching(
        `the image ${image} was built by an older herdctl, 0\\.0\\.1; this is \\S+\\. Build it anew: .herdctl docker build --tag ${image}`,
      ),
    ]);
    expect(await warningsOf(image, 1)).toEqual([]);
  });

  it("that somebody made without herdctl is nobody's affair", async () => {
    const image = await labelledImage({ "team.version": "7" });
    expect(await warningsOf(image, 1)).toEqual([]);
  });
});
