import { describe, expect, it } from "vitest";
import { howToGet } from "./default-image.ts";
import { describeStamp } from "./image-stamp.ts";

const ours = "1.4.0";

describe("describeStamp", () => {
  it.each([
    ["of this version", { "herdctl.version": "1.4.0" }],
    ["of nobody's", {}],
    ["built by hand from our Dockerfile", { "herdctl.version": "" }],
  ])("says nothing of an image %s", (_, labels) => {
    expect(describeStamp({ image: "herdctl/agent:latest", labels, ours })).toBeUndefined();
  });

  it.each([
    ["1.3.9", /was built by an older herdctl, 1\.3\.9; this is 1\.4\.0/],
    ["1.10.0", /was built by a newer herdctl, 1\.10\.0; this is 1\.4\.0/],
    ["1.4.0-beta.1", /was built by an older herdctl, 1\.4\.0-beta\.1/],
  ])("names both versions where %s built it, and the command", (version, words) => {
    const labels = { "herdctl.version": version };
    const said = describeStamp({ image: "herdctl/agent", labels, ours });
    expect(said).toMatch(words);
    expect(said).toMatch(/ `herdctl docker build`\.$/);
  });

  it("does not offer to replace an image that may be made from the default one", () => {
    const labels = { "herdctl.version": "1.3.0" };
    const said = describeStamp({ image: "team/agent:2", labels, ours });
    expect(said).toMatch(/--tag team\/agent:2`, or, where it has a Dockerfile of its own/);
  });
});

describe("howToGet", () => {
  it.each([
    ["herdctl/agent:latest", "Build it: `herdctl docker build`."],
    ["herdctl/agent", "Build it: `herdctl docker build`."],
    [
      "team/agent:2",
      "Pull it (`docker pull team/agent:2`), or build it (`docker build --tag team/agent:2 …`).",
    ],
  ])("knows how to come by %s", (image, words) => {
    expect(howToGet(image)).toBe(words);
  });
});
