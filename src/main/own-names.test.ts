import { expect, it } from "bun:test";
import { isLoopback, ownNames } from "./own-names.ts";

const alone = { host: "127.0.0.1", allowedOrigins: null, trustedProxies: [] };

it("takes addresses, localhost and names without a dot, which no page elsewhere can point at this machine", () => {
  const isOwn = ownNames(alone);
  for (const name of [
    "127.0.0.1",
    "10.1.2.3",
    "[::1]",
    "[fe80::1]",
    "localhost",
    "a.localhost",
    "laptop",
    "localhost.",
    "laptop.",
  ])
    expect([name, isOwn?.(name)]).toEqual([name, true]);
  for (const name of [
    "evil.example",
    "127.evil.example",
    "localhost.evil.example",
    "evil.example.",
    "a.local",
  ])
    expect([name, isOwn?.(name)]).toEqual([name, false]);
});

it("takes the names of ALLOWED_ORIGINS, whatever their ports", () => {
  const isOwn = ownNames({
    ...alone,
    allowedOrigins: ["https://games.example.org", "http://a.example:8080"],
  });
  expect(
    ["games.example.org", "a.example", "a.example.", "example.org"].map((name) => isOwn?.(name)),
  ).toEqual([true, true, true, false]);
});

it("takes every name where others reach the program anyway, or a proxy says by which it was asked", () => {
  for (const host of ["0.0.0.0", "::", "192.168.1.5", "games.example.org"])
    expect(ownNames({ ...alone, host })).toBeNull();
  expect(ownNames({ ...alone, trustedProxies: ["127.0.0.1"] })).toBeNull();
  for (const host of ["localhost", "LocalHost", "::1", "127.0.0.53"])
    expect(ownNames({ ...alone, host })).not.toBeNull();
});

it("knows this machine by no name that begins like its address", () => {
  expect(["127.0.0.1", "[::1]", "::1", "localhost"].map(isLoopback)).toEqual([true, true, true, true]);
  expect(["127.evil.example", "localhost.example", "0.0.0.0"].map(isLoopback)).toEqual([false, false, false]);
});
