import fc from "fast-check";
import { expect, test } from "vitest";
import { type Candidate, planAdmission } from "./admission.ts";

const agents = ["a", "b", "c"] as const;

const candidates = fc
  .array(
    fc.record({ agent: fc.constantFrom(...agents), priority: fc.integer({ min: -2, max: 2 }) }),
  )
  .map((items) =>
    items.map(({ agent, priority }, index): Candidate => {
      return { id: `job-${index}`, agentName: agent, priority, queueSeq: index };
    }),
  );
const count = fc.integer({ min: 0, max: 4 });
const limits = fc.record(
  {
    perAgent: fc.dictionary(fc.constantFrom(...agents), count),
    fleetWide: count,
    max: count,
  },
  { requiredKeys: ["perAgent"] },
);
const running = fc
  .array(fc.tuple(fc.constantFrom(...agents), count))
  .map((entries) => new Map<string, number>(entries));

const before = (a: Candidate, b: Candidate): boolean =>
  a.priority > b.priority || (a.priority === b.priority && a.queueSeq < b.queueSeq);

test("no limit is exceeded by what it starts", () => {
  fc.assert(
    fc.property(candidates, running, limits, (queue, counts, limit) => {
      const chosen = planAdmission(queue, counts, limit);
      const total = [...counts.values()].reduce((sum, item) => sum + item, 0);
      expect(chosen.length).toBeLessThanOrEqual(limit.max ?? Infinity);
      if (chosen.length > 0)
        expect(total + chosen.length).toBeLessThanOrEqual(limit.fleetWide ?? Infinity);
      for (const agent of agents) {
        const started = chosen.filter((item) => item.agentName === agent).length;
        if (started > 0)
          expect((counts.get(agent) ?? 0) + started).toBeLessThanOrEqual(
            limit.perAgent[agent] ?? 0,
          );
      }
    }),
  );
});

test("within an agent nothing overtakes, and room is never left unused", () => {
  fc.assert(
    fc.property(candidates, running, limits, (queue, counts, limit) => {
      const chosen = new Set(planAdmission(queue, counts, limit));
      for (const left of queue.filter((item) => !chosen.has(item))) {
        const sameAgent = [...chosen].filter((item) => item.agentName === left.agentName);
        expect(sameAgent.every((item) => before(item, left))).toBe(true);
        expect(planAdmission([...chosen, left], counts, limit)).not.toContain(left);
      }
    }),
  );
});

test("a blocked agent does not hold up the others", () => {
  const queue = [
    { id: "1", agentName: "a", priority: 9, queueSeq: 1 },
    { id: "2", agentName: "b", priority: 0, queueSeq: 2 },
  ];
  const chosen = planAdmission(queue, new Map([["a", 1]]), { perAgent: { a: 1, b: 1 } });
  expect(chosen.map(({ id }) => id)).toEqual(["2"]);
});
