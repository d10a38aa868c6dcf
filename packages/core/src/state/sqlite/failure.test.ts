import { expect, test } from "vitest";
import { isBusy, isInaccessible, toStateError } from "./failure.ts";

const sqliteError = (errcode: number): Error =>
  Object.assign(new Error("as SQLite says"), { errcode });

test.each([
  ["a full disk", 13, "is full"],
  ["a failing disk", 10 | (4 << 8), "Check the disk"],
  ["a read-only file", 8 | (1 << 8), "cannot be written"],
  ["missing permissions", 3, "cannot be written"],
  ["a file that does not open", 14, "cannot be opened"],
  ["a damaged file", 11, "is damaged"],
  ["a file of another kind", 26, "is damaged"],
])("names the remedy for %s", (_title, errcode, remedy) => {
  const cause = sqliteError(errcode);
  const error = toStateError(cause, "/state");
  expect(error).toMatchObject({ code: "STATE_DIR", stateDir: "/state", cause });
  expect(error).toMatchObject({ message: expect.stringContaining(remedy) });
  expect(error).toMatchObject({ message: expect.stringContaining("as SQLite says") });
});

test("leaves other errors as they are", () => {
  for (const error of [sqliteError(19), new Error("ours"), "text", { errcode: 13 }]) {
    expect(toStateError(error, "/state")).toBe(error);
    expect(isBusy(error)).toBe(false);
  }
});

test("tells what may pass from what will not", () => {
  expect(isBusy(sqliteError(5 | (2 << 8)))).toBe(true);
  expect(isInaccessible(sqliteError(14))).toBe(true);
  expect(isInaccessible(sqliteError(13))).toBe(false);
});
