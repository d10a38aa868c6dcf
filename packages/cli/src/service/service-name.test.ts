import { expect, test } from "vitest";
import { serviceName } from "./service-name.ts";

test.each([
  ["night-shift", "herdctl-night-shift"],
  ["My Fleet (2)", "herdctl-my-fleet-2"],
  ["../..", "herdctl-fleet"],
  ["日本", "herdctl-fleet"],
])("the service of %j is %s", (name, service) => {
  expect(serviceName(name)).toBe(service);
});
