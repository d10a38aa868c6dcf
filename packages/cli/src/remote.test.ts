import { expect, test } from "vitest";
import { refuseRemote, remoteAddress } from "./remote.ts";

const env = { HERDCTL_URL: "https://fleet.example.com", HERDCTL_TOKEN: "t" };
const url = "http://localhost:3232";

test.each([
  [{ url }, {}, { url }],
  [{ url }, env, { url, token: "t" }],
  [{}, env, { url: env.HERDCTL_URL, token: "t" }],
  [{}, { HERDCTL_URL: "", HERDCTL_TOKEN: "t" }, undefined],
  [{}, { HERDCTL_URL: url, HERDCTL_TOKEN: "" }, { url }],
  [{ config: "herdctl.yaml" }, env, undefined],
  [{ state: ".herdctl" }, env, undefined],
  [{}, {}, undefined],
])("%j with %j is %j", (options, variables, expected) => {
  expect(remoteAddress(options, { env: variables })).toEqual(expected);
});

test.each([{ config: "herdctl.yaml" }, { state: ".herdctl" }])(
  "a fleet elsewhere and %j are two fleets",
  (local) => {
    expect(() => remoteAddress({ url, ...local }, { env: {} })).toThrow("do not go with it");
  },
);

test("what needs the fleet's own machine refuses another", () => {
  expect(() => refuseRemote({}, { env })).toThrow("own machine");
  expect(() => refuseRemote({ state: ".herdctl" }, { env })).not.toThrow();
});
