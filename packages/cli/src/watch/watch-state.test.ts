import { expect, test } from "vitest";
import { busyFleet, idleFleet } from "../../test/watched-fleet.ts";
import { agentKey, onKey, rowsOf, type WatchState } from "./watch-state.ts";

const rows = rowsOf(busyFleet).map(({ key }) => key);
const [running = "", waiting = "", queued = "", newest = ""] = rows;
const fleet: WatchState = { view: { kind: "fleet" }, selected: running };
const requests: WatchState = { view: { kind: "approvals", index: 0 }, selected: running };
const output: WatchState = { view: { kind: "output", jobId: running, back: 0 }, selected: running };

/** The state after these keys, and what the last one asks for. */
function press(state: WatchState, keys: readonly string[], snapshot = busyFleet) {
  let step: ReturnType<typeof onKey> = { state };
  for (const key of keys) step = onKey(step.state, key, snapshot);
  return step;
}

test("rows are chosen one by one, from the first to the last", () => {
  expect(press(fleet, ["up"]).state.selected).toBe(running);
  expect(press(fleet, ["down", "j", "j"]).state.selected).toBe(newest);
  expect(press(fleet, ["down", "k"]).state.selected).toBe(running);
  expect(
    press(
      fleet,
      rows.map(() => "down"),
    ).state.selected,
  ).toBe(agentKey("ops.janitor"));
  expect(press({ view: { kind: "fleet" } }, ["down"]).state.selected).toBe(running);
  expect(press(fleet, ["down"], { ...idleFleet, agents: [] }).state.selected).toBe(running);
});

test("a job is cancelled once that is confirmed, and only while it is not over", () => {
  for (const jobId of [running, waiting, queued]) {
    const asked = press({ ...fleet, selected: jobId }, ["c"]);
    expect(asked.state.asking).toEqual({ kind: "cancel", jobId });
    expect(press(asked.state, ["y"])).toEqual({
      state: { ...fleet, selected: jobId },
      effect: { kind: "cancel", jobId },
    });
    expect(press(asked.state, ["x"])).toEqual({ state: { ...fleet, selected: jobId } });
  }
  expect(press({ ...fleet, selected: newest }, ["c"]).state.asking).toBeUndefined();
});

test.each([
  [running, { agentName: "reviewer", paused: true }],
  [agentKey("writer"), { agentName: "writer", paused: true }],
  [agentKey("ops.janitor"), { agentName: "ops.janitor", paused: false }],
])("p on %s pauses the agent, or ends its pause", (selected, effect) => {
  expect(press({ ...fleet, selected }, ["p"]).effect).toEqual({ kind: "pause", ...effect });
});

test("the output of a job is read, scrolled and left", () => {
  expect(press(fleet, ["enter"]).state.view).toEqual(output.view);
  expect(press({ ...fleet, selected: agentKey("writer") }, ["enter"]).state.view.kind).toBe(
    "fleet",
  );
  expect(press(output, ["up", "page up", "down"]).state.view).toMatchObject({ back: 10 });
  expect(press(output, ["page down"]).state.view).toMatchObject({ back: 0 });
  expect(press(output, ["k", "end"]).state.view).toMatchObject({ back: 0 });
  expect(press(output, ["escape"]).state).toEqual(fleet);
  expect(press(output, ["q"]).effect).toBeUndefined();
});

test("requests are decided, and questions answered in words", () => {
  expect(press(fleet, ["a"]).state.view).toEqual(requests.view);
  expect(press(requests, ["y"]).effect).toEqual({
    kind: "reply",
    approvalId: "ask-1",
    reply: { decision: "allow" },
  });
  expect(press(requests, ["n"]).effect).toMatchObject({ reply: { decision: "deny" } });
  expect(press(requests, ["enter"]).state.asking).toBeUndefined();
  const question = press(requests, ["down", "j"]).state;
  expect(question.view).toMatchObject({ index: 1 });
  expect(press(question, ["y"]).effect).toBeUndefined();
  const typed = press(question, ["enter", "Q", " ", "日", "x", "backspace", "up"]);
  expect(typed.state.asking).toMatchObject({ text: "Q 日" });
  expect(press(typed.state, ["enter"]).effect).toEqual({
    kind: "reply",
    approvalId: "ask-2",
    reply: { answer: "Q 日" },
  });
  expect(press(typed.state, ["escape"])).toEqual({ state: question });
  expect(press(question, ["enter", "enter"])).toEqual({ state: question });
  expect(press(requests, ["k", "x", "y"], idleFleet).effect).toBeUndefined();
  expect(press(question, ["q"]).state.view).toEqual({ kind: "fleet" });
});

test("q leaves from the fleet, Ctrl-C from anywhere", () => {
  expect(press(fleet, ["q"]).effect).toEqual({ kind: "quit" });
  const anywhere = [fleet, output, requests, press(fleet, ["c"]).state];
  for (const state of anywhere) expect(press(state, ["interrupt"]).effect?.kind).toBe("interrupt");
  expect(press(fleet, ["x"])).toEqual({ state: fleet });
});
