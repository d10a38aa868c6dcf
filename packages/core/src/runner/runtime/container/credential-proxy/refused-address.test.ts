import { describe, expect, it } from "vitest";
import { isRefusedAddress } from "./refused-address.ts";

describe("an address that a name stands for", () => {
  it.each([
    ["127.0.0.1", true],
    ["127.255.1.2", true],
    ["0.0.0.0", true],
    ["0.1.2.3", true],
    ["169.254.169.254", true],
    ["::", true],
    ["::1", true],
    ["0:0:0:0:0:0:0:1", true],
    ["fe80::1", true],
    ["fe80::1%eth0", true],
    ["fd00:ec2::254", true],
    ["fd20:ce::254", true],
    ["100.100.100.200", true],
    ["168.63.129.16", true],
    ["192.0.0.192", true],
    ["::ffff:127.0.0.1", true],
    ["::ffff:7f00:1", true],
    ["::ffff:169.254.169.254", true],
    ["64:ff9b::a9fe:a9fe", true],
    ["2002:7f00:1::", true],
    ["::ffff:1.2.3.4", false],
    ["64:ff9b::102:304", false],
    ["2002:102:304::1", false],
    ["1.2.3.4", false],
    ["10.0.0.1", false],
    ["2001:db8::1", false],
    ["fd00::1", false],
  ])("%s is refused: %s", (address, refused) => {
    expect(isRefusedAddress("name.example", address)).toBe(refused);
  });

  it.each([
    ["localhost", "127.0.0.1"],
    ["localhost", "::1"],
    ["127.0.0.1", "127.0.0.1"],
    ["169.254.169.254", "169.254.169.254"],
    ["::1", "::1"],
  ])("is meant by whoever lists %s", (host, address) => {
    expect(isRefusedAddress(host, address)).toBe(false);
  });
});
