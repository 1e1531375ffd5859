/** nginx or Caddy, as deploy/ says it, on loopback and on ports of a test's own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { freePort } from "../free-port.ts";
import { proxyProgram } from "../../tools/engines/proxies.ts";

export type ProxyKind = "nginx" | "caddy";

const deploy = join(import.meta.dir, "../../deploy");

export interface ProxyPlace {
  /** Where browsers come: TLS for `localhost`, by a certificate that nobody has signed. */
  readonly port: number;
  readonly plainPort: number;
  readonly folder: string;
}

export function placeOfProxy(): ProxyPlace {
  const folder = mkdtempSync(join(tmpdir(), "blazing-sun-proxy-"));
  const files = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const made = Bun.spawnSync(["openssl", "req", "-x509", ...kind, ...files, ...name], { stderr: "pipe" });
  if (!made.success) throw new Error(`No certificate: ${made.stderr.toString()}`);
  return { port: freePort(), plainPort: freePort(), folder };
}

/** By the port's number, where the members listen. */
export interface Upstreams {
  readonly gateways: readonly [string, string];
  readonly platforms: readonly [string, string];
}

/** Changes in the file of deploy/ what its first lines say is to be changed, and nothing else. */
function configuration(
  kind: ProxyKind,
  { port, plainPort, folder }: ProxyPlace,
  upstreams: Upstreams,
): string {
  const file = { nginx: "nginx.conf", caddy: "Caddyfile" }[kind];
  const changes: readonly (readonly [from: string, to: string])[] = [
    ["127.0.0.1:8081", `127.0.0.1:${upstreams.platforms[0]}`],
    ["127.0.0.1:8082", `127.0.0.1:${upstreams.platforms[1]}`],
    ["127.0.0.1:9998", `127.0.0.1:${upstreams.gateways[0]}`],
    ["127.0.0.1:9999", `127.0.0.1:${upstreams.gateways[1]}`],
    ...(kind === "caddy"
      ? ([
          ["games.example.org {", `localhost:${port} {\n\ttls ${folder}/cert.pem ${folder}/key.pem`],
        ] as const)
      : ([
          ["/etc/letsencrypt/live/games.example.org/fullchain.pem", `${folder}/cert.pem`],
          ["/etc/letsencrypt/live/games.example.org/privkey.pem", `${folder}/key.pem`],
          ["https://games.example.org$", `https://localhost:${port}$`],
          ["server_name games.example.org", "server_name localhost"],
          ["listen 80;", `listen 127.0.0.1:${plainPort};`],
          ["listen 443 ", `listen 127.0.0.1:${port} `],
        ] as const)),
  ];
  return changes.reduce(
    (text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`deploy/${file} does not say ${from} any more.`);
      return text.replaceAll(from, to);
    },
    readFileSync(join(deploy, file), "utf8"),
  );
}

export interface RunningProxy {
  stop(): Promise<void>;
}

export async function startProxy(
  kind: ProxyKind,
  place: ProxyPlace,
  upstreams: Upstreams,
): Promise<RunningProxy> {
  const { folder } = place;
  const text = configuration(kind, place, upstreams);
  const main = join(folder, kind === "nginx" ? "main.conf" : "Caddyfile");
  writeFileSync(main, kind === "nginx" ? aroundNginx(text, folder) : aroundCaddy(text, place.plainPort));
  const program = proxyProgram(kind) ?? kind;
  const words = kind === "nginx" ? ["-c", main, "-p", folder] : ["run", "--config", main];
  const child = Bun.spawn([program, ...words], {
    env: { PATH: process.env.PATH ?? "", HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    stdout: "ignore",
    stderr: Bun.file(join(folder, "log")),
  });
  const stop = async () => {
    child.kill("SIGTERM");
    await child.exited;
    rmSync(folder, { recursive: true, force: true });
  };
  while (!(await isListening(place.port))) {
    if (child.exitCode !== null) throw new Error(readFileSync(join(folder, "log"), "utf8"));
    await Bun.sleep(50);
  }
  return { stop };
}

/** What Debian's own nginx.conf has around the files of conf.d, in the foreground and in one folder. */
function aroundNginx(text: string, folder: string): string {
  writeFileSync(join(folder, "blazing-sun.conf"), text);
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `daemon off; pid ${folder}/pid; error_log stderr warn; worker_processes 1;
events { worker_connections 2048; }
http { access_log off; ${paths.map((each) => `${each}_temp_path ${folder}/${each};`).join(" ")}
include ${folder}/blazing-sun.conf; }
`;
}

function aroundCaddy(text: string, plainPort: number): string {
  return `{\n\tadmin off\n\tdefault_bind 127.0.0.1\n\thttp_port ${plainPort}\n}\n${text}`;
}

async function isListening(port: number): Promise<boolean> {
  const talk = talkTo(port, "127.0.0.1", "");
  const isThere = await talk.opened;
  talk.end();
  return isThere;
}

/** What one client on this machine says, and is told, over TLS. */
export interface Talk {
  readonly opened: Promise<boolean>;
  /** All that came until `isEnough`, or until the other side has ended. */
  until(isEnough: (text: string) => boolean): Promise<string>;
  end(): void;
}

/** @param from any address of loopback: 127.0.0.2 is somebody else */
export function talkTo(port: number, from: string, says: string): Talk {
  const heard = { text: "", isOver: false };
  let wake = (): void => undefined;
  const { promise: opened, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({
    host: "127.0.0.1",
    port,
    // Known to Node's and Bun's `connect`, and passed over by the types of TLS.
    ...({ localAddress: from } as object),
    servername: "localhost",
    rejectUnauthorized: false,
  });
  const over = (): void => {
    heard.isOver = true;
    resolve(false);
    wake();
  };
  socket.on("secureConnect", () => {
    resolve(true);
    if (says !== "") socket.write(says);
  });
  socket.on("data", (data: Buffer) => {
    heard.text += data.toString("latin1");
    wake();
  });
  socket.on("error", over);
  socket.on("close", over);
  return {
    opened,
    async until(isEnough) {
      while (!heard.isOver && !isEnough(heard.text)) await new Promise<void>((next) => (wake = next));
      return heard.text;
    },
    end: () => socket.destroy(),
  };
}
