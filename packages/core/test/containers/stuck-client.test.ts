import { chmod, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { askDocker } from "../../src/processes/ask-docker.ts";
import { endContainer } from "../../src/processes/end-container.ts";
import { emptyContainer } from "../../src/processes/kept-container.ts";
import { outOfMemory } from "../../src/runner/runtime/container/out-of-memory.ts";
import { reapContainers } from "../../src/runner/runtime/container/reap-containers.ts";
import { temporaryFolder } from "../temporary-folder.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Puts a `docker` command first on PATH. */
async function putClient(script: string, mode = 0o755): Promise<void> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "docker"), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, "docker"), mode);
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env["PATH"]}`);
}

it("waits for no client that neither answers nor heeds a SIGTERM", async () => {
  await putClient(`trap "" TERM; exec sleep 600`);
  const ended = { exitCode: 137, name: "none", since: Date.now() };
  const [told, empty] = await Promise.all([
    outOfMemory(ended),
    emptyContainer("none"),
    endContainer("none", { mayBegin: false }),
    expect(reapContainers({ stateDir: "/nowhere", isWanted: () => true })).rejects.toThrow(
      "no answer within 10 s",
    ),
  ]);
  expect(told).toBeUndefined();
  expect(empty).toBe(false);
});

it("says of a client that could not be waited for what became of it", async () => {
  await putClient("kill -KILL $$");
  const answer = await askDocker(["version"], { timeout: 240_000 });
  expect(answer).toMatchObject({
    exitCode: undefined,
    stderr: expect.not.stringContaining("within"),
  });
});
