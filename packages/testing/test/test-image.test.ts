import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { testImage } from "@herdctl/testing";
import { afterEach, describe, expect, it, vi } from "vitest";

const noEngine =
  process.env["CI"] !== "true" &&
  spawnSync("docker", ["version"], { stdio: "ignore" }).status !== 0;

afterEach(() => {
  vi.unstubAllEnvs();
});

describe.skipIf(noEngine)("testImage", () => {
  it("has what this machine has, socat included, and is told from other images", async () => {
    vi.stubEnv("HERDCTL_TEST_IMAGE", "");
    const image = await testImage();
    const labels = execFileSync("docker", ["inspect", "--format", "{{.Config.Labels}}", image]);
    expect(labels.toString()).toContain("herdctl.test-image");
    const look = [
      "run",
      "--rm",
      "--network=none",
      image,
      "sh",
      "-c",
      "command -v git; command -v socat; true",
    ];
    const found = execFileSync("docker", look, { encoding: "utf8" });
    const socat = existsSync("/usr/bin/socat") ? "/usr/bin/socat\n" : "";
    expect(found).toBe(`/usr/bin/git\n${socat}`);
  });

  it("names the program that it cannot have", async () => {
    vi.stubEnv("HERDCTL_TEST_IMAGE", "");
    await expect(testImage({ needs: ["no-such-program"] })).rejects.toThrow(
      "The test image needs no-such-program",
    );
  });
});

describe("testImage without an engine", () => {
  it("says what is missing", async () => {
    vi.stubEnv("HERDCTL_TEST_IMAGE", "");
    vi.stubEnv("PATH", "/nowhere");
    await expect(testImage()).rejects.toThrow(/These tests need Docker: .*docker/);
  });
});
