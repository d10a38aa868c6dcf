import { describe, expect, it } from "vitest";
import { openStage, push } from "./stage.ts";

describe("an answer", () => {
  it("is for one request that is open, and fits it", async () => {
    await using stage = await openStage();
    const { fleet } = stage;
    const job = await stage.begin(push);
    const { id } = await stage.parked(job);
    const reject = (name: string, code: string) =>
      expect(fleet.answerApproval(name, { decision: "deny" })).rejects.toMatchObject({ code });
    await reject("ask-nothing", "APPROVAL_NOT_FOUND");
    await reject("", "APPROVAL_NOT_FOUND");
    await expect(fleet.answerApproval(id, { answer: "Yes." })).rejects.toMatchObject({
      code: "INVALID_REQUEST",
      message: `${id} is no question: allow or deny it.`,
    });
    expect(
      await fleet.answerApproval(id.slice("ask-".length, -2), { decision: "deny" }),
    ).toMatchObject({ id, status: "denied", answeredAt: expect.any(Date) });
    await reject(id, "INVALID_STATE");
    expect(await stage.done(job)).toMatchObject({ exitReason: "denied" });
  });

  it("needs more than a start that two have", async () => {
    await using stage = await openStage();
    const [first, second] = [await stage.begin(push), await stage.begin(push)];
    await stage.parked(first);
    await stage.parked(second);
    expect(stage.fleet.getApprovals({ agentName: "a" })).toHaveLength(2);
    expect(stage.fleet.getApprovals({ limit: 1 })).toMatchObject([{ jobId: second }]);
    expect(stage.fleet.getApprovals({ jobId: second.slice(4) })).toMatchObject([{ jobId: second }]);
    await expect(stage.fleet.answerApproval("0", { decision: "deny" })).rejects.toThrow(
      /^More than one request starts with "0": ask-\w+, ask-\w+ … Give more of the id\.$/,
    );
  });
});
