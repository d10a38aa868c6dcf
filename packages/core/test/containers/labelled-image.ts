import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { testImage } from "@herdctl/testing";
import { onTestFinished } from "vitest";
import { docker } from "./engine.ts";

/** The test image under another name and with these labels, until the test is over. */
export async function labelledImage(labels: Readonly<Record<string, string>>): Promise<string> {
  const name = `herdctl-test/labelled:${randomUUID()}`;
  const flags = Object.entries(labels).map(([key, value]) => `--label=${key}=${value}`);
  execFileSync("docker", ["build", ...flags, `--tag=${name}`, "-"], {
    input: `FROM ${await testImage()}\n`,
    stdio: ["pipe", "ignore", "ignore"],
  });
  onTestFinished(async () => void (await docker("rmi", "--force", name)));
  return name;
}
