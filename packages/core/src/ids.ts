import { randomInt } from "node:crypto";

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const randomSpan = 32 ** 6;

let lastTime = 0;
let lastRandom = 0;

/** `job-` and 16 Crockford characters: 10 of time, 6 random, increasing within one millisecond. */
export function createJobId(now: number): string {
  return `job-${createSortedId(now)}`;
}

/** `ask-` and 16 characters as those of a job. */
export function createApprovalId(now: number): string {
  return `ask-${createSortedId(now)}`;
}

function createSortedId(now: number): string {
  if (now > lastTime) {
    lastTime = now;
    lastRandom = randomInt(randomSpan / 2);
  } else {
    lastRandom += 1;
  }
  return `${encode(lastTime, 10)}${encode(lastRandom, 6)}`.toLowerCase();
}

function encode(value: number, length: number): string {
  let text = "";
  let left = value;
  for (let index = 0; index < length; index++) {
    text = crockford[left % 32] + text;
    left = Math.floor(left / 32);
  }
  return text;
}
