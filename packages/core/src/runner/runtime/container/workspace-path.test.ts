import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toAgentPath, toHostPath } from "./workspace-path.ts";

const bare = { workingDirectory: "/home/u/project" };
const contained = { ...bare, docker: { enabled: true } };

describe("paths of an agent in a container", () => {
  it.each([
    ["/workspace", "/home/u/project"],
    ["/workspace/out/report.md", "/home/u/project/out/report.md"],
    ["/workspaces/report.md", "/workspaces/report.md"],
    ["out/report.md", "out/report.md"],
    ["/tmp/report.md", "/tmp/report.md"],
  ])("%s is %s on the host", (agentPath, hostPath) => {
    expect(toHostPath(contained, agentPath)).toBe(hostPath);
    expect(toHostPath(bare, agentPath)).toBe(agentPath);
    expect(toHostPath({ ...bare, docker: { enabled: false } }, agentPath)).toBe(agentPath);
  });

  it("come back as they were", () => {
    const names = fc.array(fc.stringMatching(/^[\w .-]+$/), { maxLength: 4 });
    fc.assert(
      fc.property(names, (parts) => {
        const path = ["/workspace", ...parts].join("/");
        expect(toAgentPath(contained, toHostPath(contained, path))).toBe(path);
      }),
    );
    expect(toAgentPath(bare, "/home/u/project/a")).toBe("/home/u/project/a");
  });
});
