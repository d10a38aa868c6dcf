import { expect, it } from "vitest";
import { maskMounts } from "./masks.ts";
import { toMountFlag } from "./mount.ts";

const plan = { workspace: "/w", mode: "rw", files: [], folders: [], frozen: [] } as const;

function masks(changes: Partial<Parameters<typeof maskMounts>[0]>): readonly string[] {
  return maskMounts({ ...plan, ...changes }).map((mount) =>
    toMountFlag(mount).replace("--mount=", ""),
  );
}

const nothing = ["type=tmpfs", "readonly", "tmpfs-size=65536", "tmpfs-mode=0555"];

it("masks nothing where there is nothing", () => {
  expect(
    masks({ files: ["/fleet/herdctl.yaml", "/w2/.env"], folders: ["/fleet/.herdctl"] }),
  ).toEqual([]);
});

it("empties files and folders at the top", () => {
  const [type, ...options] = nothing;
  expect(masks({ files: ["/w/.env"], folders: ["/w/.herdctl"] })).toEqual([
    [type, "dst=/workspace/.herdctl", ...options].join(","),
    "type=bind,src=/dev/null,dst=/workspace/.env,readonly",
  ]);
});

it("holds every folder on the way, from the top down, so that it cannot be renamed", () => {
  expect(masks({ files: ["/w/a/b/c.yaml", "/w/a/d.yaml"] })).toEqual([
    "type=bind,src=/w/a,dst=/workspace/a",
    "type=bind,src=/w/a/b,dst=/workspace/a/b",
    "type=bind,src=/dev/null,dst=/workspace/a/b/c.yaml,readonly",
    "type=bind,src=/dev/null,dst=/workspace/a/d.yaml,readonly",
  ]);
});

it("leaves out what is in a folder that is masked as a whole", () => {
  expect(masks({ files: ["/w/.herdctl/x.yaml"], folders: ["/w/.herdctl"] })).toHaveLength(1);
});

it("freezes what git would carry out, and lets commits be made", () => {
  expect(masks({ frozen: [".git/hooks", ".git/config"] })).toEqual([
    "type=bind,src=/w/.git,dst=/workspace/.git",
    "type=bind,src=/w/.git/hooks,dst=/workspace/.git/hooks,readonly",
    "type=bind,src=/w/.git/config,dst=/workspace/.git/config,readonly",
  ]);
});

it("makes nothing writable in a workspace that is not", () => {
  expect(masks({ mode: "ro", files: ["/w/a/b"] })[0]).toBe(
    "type=bind,src=/w/a,dst=/workspace/a,readonly",
  );
});

it("writes a path with commas and quotes as Docker reads it", () => {
  expect(toMountFlag({ type: "bind", source: `/a,"b"`, target: "/c" })).toBe(
    `--mount=type=bind,"src=/a,""b""",dst=/c`,
  );
});
