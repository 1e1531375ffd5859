import { describe, expect, it } from "bun:test";
import { createRequestOrigin } from "./request-origin.ts";

interface Asked {
  readonly peer: string;
  readonly headers?: Record<string, string>;
}

function ask(trustedProxies: readonly string[], { peer, headers = {} }: Asked) {
  const requestOrigin = createRequestOrigin({ trustedProxies, socketUrl: null });
  const request = new Request("http://127.0.0.1:4000/", { headers: { Host: "inside:4000", ...headers } });
  const server = { requestIP: () => ({ address: peer }) };
  return {
    address: requestOrigin.address(request, server),
    origin: requestOrigin.origin(request, server),
    socketUrl: requestOrigin.socketUrl(request, server),
  };
}

const forwarded = {
  "X-Forwarded-For": "198.51.100.9, 10.0.0.7",
  "X-Forwarded-Proto": "https",
  "X-Forwarded-Host": "play.example.org:8443",
};

describe("where a request comes from", () => {
  it("is what the connection says, whatever headers somebody sends", () => {
    expect(ask([], { peer: "203.0.113.7", headers: forwarded })).toEqual({
      address: "203.0.113.7",
      origin: "http://inside:4000",
      socketUrl: "ws://inside:4000/ws",
    });
  });

  it("is what a trusted proxy says, with the page's scheme and port", () => {
    expect(ask(["10.0.0.0/8"], { peer: "::ffff:10.0.0.1", headers: forwarded })).toEqual({
      address: "198.51.100.9",
      origin: "https://play.example.org:8443",
      socketUrl: "wss://play.example.org:8443/ws",
    });
  });

  it("does not believe what the client itself put in front of the proxy's word", () => {
    const headers = { "X-Forwarded-For": "1.2.3.4, 198.51.100.9" };
    expect(ask(["10.0.0.1"], { peer: "10.0.0.1", headers })).toMatchObject({ address: "198.51.100.9" });
  });

  it("names a setting that is no address", () => {
    expect(() => createRequestOrigin({ trustedProxies: ["proxy"], socketUrl: null })).toThrow(
      "TRUSTED_PROXIES",
    );
  });
});
