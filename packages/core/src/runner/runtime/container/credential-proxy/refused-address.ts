import { BlockList, isIP, isIPv6 } from "node:net";

/**
 * Addresses that no name of somebody else's may stand for: services of the host itself, and those by
 * which a cloud hands out the credentials of its machines.
 */
const ownAddresses = new BlockList();
for (const [address, bits] of [
  ["0.0.0.0", 8],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  // Outside of that: Alibaba's, Azure's and Oracle's.
  ["100.100.100.200", 32],
  ["168.63.129.16", 32],
  ["192.0.0.192", 32],
] as const) {
  ownAddresses.addSubnet(address, bits, "ipv4");
}
for (const [address, bits] of [
  ["::", 128],
  ["::1", 128],
  ["fe80::", 10],
  // Of some clouds, where their metadata are to be had over IPv6.
  ["fd00:ec2::", 32],
  ["fd20:ce::254", 128],
] as const) {
  ownAddresses.addSubnet(address, bits, "ipv6");
}

/**
 * Tells whether an address that `host` resolves to is not to be reached under that name. Whoever lists
 * `localhost`, or the address itself, means it.
 */
export function isRefusedAddress(host: string, address: string): boolean {
  if (host === "localhost" || isIP(host) !== 0) return false;
  return isOwn(address);
}

function isOwn(address: string): boolean {
  if (!isIPv6(address)) return ownAddresses.check(address, "ipv4");
  const mapped = embeddedV4(address);
  return mapped === undefined
    ? ownAddresses.check(address, "ipv6")
    : ownAddresses.check(mapped, "ipv4");
}

/** The address in an IPv4-mapped, translated (`64:ff9b::`) or 6to4 one. */
function embeddedV4(address: string): string | undefined {
  const words = wordsOf(address);
  const isZero = (from: number, to: number): boolean =>
    words.slice(from, to).every((word) => word === 0);
  const isMapped = isZero(0, 5) && words[5] === 0xff_ff;
  const isTranslated = words[0] === 0x64 && words[1] === 0xff_9b && isZero(2, 6);
  if (isMapped || isTranslated) return toV4(words[6], words[7]);
  return words[0] === 0x20_02 ? toV4(words[1], words[2]) : undefined;
}

function toV4(high = 0, low = 0): string {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
}

/** The eight words of an IPv6 address, however it is written. */
function wordsOf(address: string): readonly number[] {
  const plain = address
    .replace(/%.*$/, "")
    .replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...bytes: string[]) => {
      const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
      return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
    });
  const [head = "", tail] = plain.split("::");
  const parse = (text: string): number[] =>
    text === "" ? [] : text.split(":").map((word) => Number.parseInt(word, 16));
  const [start, end] = [parse(head), parse(tail ?? "")];
  const missing = tail === undefined ? 0 : 8 - start.length - end.length;
  return [...start, ...Array.from({ length: missing }, () => 0), ...end];
}
