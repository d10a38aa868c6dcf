import { expect, test } from "vitest";
import { judgePermissions, type PrivatePlace } from "./permissions.ts";

const me = 1000;

test.each<[kind: PrivatePlace["kind"], mode: number, uid: number, statuses: readonly string[]]>([
  ["folder", 0o40700, me, []],
  ["folder", 0o40755, me, ["warning"]],
  ["folder", 0o40750, me, ["warning"]],
  ["folder", 0o40770, me, ["problem"]],
  ["folder", 0o40700, 0, ["warning"]],
  ["secret", 0o100600, me, []],
  ["secret", 0o100400, me, []],
  ["secret", 0o100640, me, ["problem"]],
  ["secret", 0o100644, me, ["problem"]],
  ["secret", 0o140660, me, ["problem"]],
  ["secret", 0o100600, 0, ["problem"]],
  ["secret", 0o100604, 0, ["problem", "problem"]],
])("a %s with mode %o of user %d: %j", (kind, mode, uid, statuses) => {
  const found = judgePermissions({ path: "/s", kind, mode, uid }, me);
  expect(found.map(({ status }) => status)).toEqual(statuses);
  for (const { remedy } of found) expect(remedy).toMatch(/ch(?:mod|own) .*'\/s'/);
});
