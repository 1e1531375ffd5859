import { afterAll, afterEach, describe, expect, it } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkAddresses } from "./addresses.ts";
import { checkClock } from "./clocks.ts";
import { checkConfiguration, patientsOf, readValues, type Environment } from "./configuration.ts";
import { checkDataFolder } from "./data-folder.ts";
import { checkTopic } from "./engine-kafka.ts";
import { checkMembers, checkRoom, checkTransactions } from "./engine-mongodb.ts";
import { checkServer } from "./engine-postgresql.ts";
import { lineOf, type Finding } from "./finding.ts";
import { checkKeys } from "./key-files.ts";
import { checkFileDescriptors, checkPorts } from "./machine.ts";
import { ensureKeyPair } from "../../accounts/index.ts";

const root = mkdtempSync(join(tmpdir(), "doctor-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
const newFolder = () => {
  const folder = join(root, String((count += 1)));
  mkdirSync(folder);
  return folder;
};

/** Level and sentence of each finding that is not ok. */
function complaints(findings: readonly Finding[]): string[] {
  return findings.filter(({ level }) => level !== "ok").map(({ level, says }) => `${level}: ${says}`);
}

describe("which programs are looked at", () => {
  it.each([
    [{}, ["embedded"]],
    [{ KAFKA_BROKERS: "", REDIS_URL: "" }, ["embedded"]],
    [{ KAFKA_BROKERS: "a:1", REDIS_URL: "redis://a" }, ["wsGateway", "blazingSun"]],
    [{ KAFKA_BROKERS: "a:1", JWT_PUBLIC_KEYS: "keys" }, ["wsGateway"]],
    [{ KAFKA_BROKERS: "a:1", DATABASE_URL: "postgres://a/b" }, ["blazingSun"]],
  ])("follows from what is set: %p", (environment, programs) => {
    expect(patientsOf(environment)).toEqual(programs as never);
  });

  it("says what they would say themselves at their start", () => {
    const findings = checkConfiguration(["wsGateway"], { ALLOWED_ORIGINS: "https://a.example/" });
    expect(complaints(findings)).toHaveLength(4);
    expect(complaints(findings).join()).toContain(
      'ALLOWED_ORIGINS is "https://a.example/", but should be origins',
    );
  });
});

describe("the addresses", () => {
  const look = (environment: Environment) =>
    complaints(checkAddresses(patientsOf(environment), readValues(environment)));
  const right = {
    KAFKA_BROKERS: "a:1",
    ALLOWED_ORIGINS: "https://play.example",
    SOCKET_URL: "wss://play.example/ws",
    TRUSTED_PROXIES: "127.0.0.1",
  };

  it("are well behind a proxy with TLS, and on loopback without", () => {
    expect(look(right)).toEqual([]);
    const local = { ALLOWED_ORIGINS: "http://127.0.0.1:8081", SOCKET_URL: "ws://127.0.0.1:9998/ws" };
    expect(look({ KAFKA_BROKERS: "a:1", ...local })).toEqual([]);
    expect(look({})).toEqual([]);
  });

  it.each([
    [
      "SOCKET_URL",
      "wss://play.example/socket",
      "error: SOCKET_URL is wss://play.example/socket, but a gateway's",
    ],
    [
      "SOCKET_URL",
      "ws://play.example/ws",
      "error: SOCKET_URL is ws://play.example/ws, but pages come from https:",
    ],
    [
      "SOCKET_URL",
      "ws://localhost:9998/ws",
      "error: SOCKET_URL is ws://localhost:9998/ws, which is each visitor's",
    ],
    ["TRUSTED_PROXIES", "", "warning: Pages come from https://play.example, so a proxy ends TLS"],
    ["TRUSTED_PROXIES", "10.0.0.1,0.0.0.0/0", "error: TRUSTED_PROXIES has 0.0.0.0/0: anybody may forge"],
    [
      "ALLOWED_ORIGINS",
      "http://play.example",
      "warning: http://play.example in ALLOWED_ORIGINS is not encrypted",
    ],
  ])("are not with %s=%s", (name, value, complaint) => {
    const found = look({ ...right, [name]: value });
    expect(found).toHaveLength(1);
    expect(found[0]).toStartWith(complaint);
  });
});

describe("the keys", () => {
  const of = async (environment: Environment) => {
    const all = { KAFKA_BROKERS: "a:1", ...environment };
    return complaints(await checkKeys(patientsOf(all), readValues(all)));
  };

  it("are well as they are made, and of no interest before that", async () => {
    const folder = newFolder();
    const embedded = () => checkKeys(["embedded"], readValues({ DATA_DIR: folder }));
    expect((await embedded())[0]?.says).toContain("they are made at the first start");
    await ensureKeyPair(join(folder, "keys"));
    expect(complaints(await embedded())).toEqual([]);
    const keys = join(folder, "keys");
    expect(await of({ JWT_PRIVATE_KEY: join(keys, "jwt_private.pem"), JWT_PUBLIC_KEYS: keys })).toEqual([]);
  });

  it("are an error where gateways do not have the public half of the one that signs", async () => {
    const [one, other] = [newFolder(), newFolder()];
    await Promise.all([ensureKeyPair(one), ensureKeyPair(other)]);
    const found = await of({ JWT_PRIVATE_KEY: join(one, "jwt_private.pem"), JWT_PUBLIC_KEYS: other });
    expect(found.join()).toMatch(/error: The public half of JWT_PRIVATE_KEY \(.*\) is not in/);
    copyFileSync(join(other, "jwt_public.pem"), join(one, "jwt_public.pem"));
    expect(complaints(await checkKeys(["embedded"], readValues({ DATA_DIR: one })))).toEqual([]); // it has none yet
    const pair = join(newFolder(), "keys");
    mkdirSync(pair);
    for (const name of readdirSync(one)) copyFileSync(join(one, name), join(pair, name));
    const values = readValues({ DATA_DIR: join(pair, "..") });
    expect(complaints(await checkKeys(["embedded"], values)).join()).toContain(
      "has no public key that belongs",
    );
  });

  it("are an error where they are missing or damaged, and a warning where others may read them", async () => {
    const folder = newFolder();
    expect(await of({ JWT_PRIVATE_KEY: join(folder, "a.pem"), JWT_PUBLIC_KEYS: folder })).toHaveLength(2);
    await ensureKeyPair(folder);
    const privateKey = join(folder, "jwt_private.pem");
    chmodSync(privateKey, 0o644);
    expect((await of({ JWT_PRIVATE_KEY: privateKey })).join()).toMatch(
      /^warning: .* can be read by others .*644/,
    );
    writeFileSync(privateKey, "nonsense");
    expect((await of({ JWT_PRIVATE_KEY: privateKey })).join()).toMatch(/^error: .* is damaged/);
    writeFileSync(join(folder, "jwt_public.pem"), "nonsense");
    expect((await of({ JWT_PUBLIC_KEYS: folder })).join()).toMatch(/^error: .* is damaged/);
  });

  it("are a warning where one lies in a gateway's folder twice", async () => {
    const [pair, folder] = [newFolder(), newFolder()];
    await ensureKeyPair(pair);
    for (const name of ["a.pem", "b.pem"]) copyFileSync(join(pair, "jwt_public.pem"), join(folder, name));
    const found = await of({ JWT_PUBLIC_KEYS: folder });
    expect(found).toHaveLength(1);
    expect(found[0]).toStartWith(
      `warning: ${join(folder, "b.pem")} is the same key as ${join(folder, "a.pem")}`,
    );
  });

  it("of other applications are looked at for one process too", async () => {
    const [dataDir, application, folder] = [newFolder(), newFolder(), newFolder()];
    const look = async (publicKeys: string) =>
      checkKeys(["embedded"], readValues({ DATA_DIR: dataDir, JWT_PUBLIC_KEYS: publicKeys }));
    const complain = async (publicKeys: string) => complaints(await look(publicKeys));
    expect(await complain(join(folder, "none"))).toEqual([
      `error: ${join(folder, "none")} is not there: it must be a folder with public keys in .pem files.`,
    ]);
    expect((await complain(folder)).join()).toMatch(/^error: .* has no public key/);

    await Promise.all([ensureKeyPair(join(dataDir, "keys")), ensureKeyPair(application)]);
    const put = (from: string, name: string) => copyFileSync(from, join(folder, name));
    put(join(application, "jwt_public.pem"), "theirs.pem");
    const well = await look(folder);
    expect(complaints(well)).toEqual([]);
    expect(well.map(({ says }) => says)).toContain(
      `Of other applications, 1 public key verifies in ${folder}.`,
    );

    put(join(application, "jwt_public.pem"), "theirs-too.pem");
    expect((await complain(folder)).join()).toMatch(
      /^warning: .*theirs\.pem is the same key as .*theirs-too/,
    );
    rmSync(join(folder, "theirs-too.pem"));
    put(join(application, "jwt_private.pem"), "private.pem");
    expect((await complain(folder)).join()).toMatch(/^warning: .*private\.pem is a private key: whoever/);
    rmSync(join(folder, "private.pem"));
    put(join(dataDir, "keys/jwt_public.pem"), "ours.pem");
    expect((await complain(folder)).join()).toMatch(/^warning: .*ours\.pem is a key of the platform itself/);
    writeFileSync(join(folder, "ours.pem"), "nonsense");
    expect((await complain(folder)).join()).toMatch(/^error: .*ours\.pem is damaged/);
    expect((await complain(join(dataDir, "keys"))).join()).toMatch(/^warning: .* known without it/);
    const link = join(newFolder(), "link");
    symlinkSync(join(dataDir, "keys"), link);
    expect((await complain(link)).join()).toMatch(/^warning: .*link, whose keys are known without it/);
  });

  it("are a warning where a gateway is given the private one", async () => {
    const folder = newFolder();
    await ensureKeyPair(folder);
    expect((await of({ JWT_PUBLIC_KEYS: folder })).join()).toContain(
      "holds a private key, which it does not need",
    );
  });
});

describe("the folder of the embedded databases", () => {
  const usual = { type: 0xef53, bsize: 4096, bavail: 10_000_000 };
  const look = (folder: string, fs = usual, limitMb: number | null = null) =>
    complaints(checkDataFolder(folder, { limitMb, statfs: () => fs }));

  it("is well where it is, and where it can be made", () => {
    const folder = newFolder();
    expect(look(folder)).toEqual([]);
    expect(look(join(folder, "to/be/made"))).toEqual([]);
  });

  it("is an error where there is a file, and no room", () => {
    const folder = newFolder();
    writeFileSync(join(folder, "file"), "");
    expect(look(join(folder, "file")).join()).toMatch(/^error: .* is a file/);
    expect(look(folder, { ...usual, bavail: 1_000 }).join()).toMatch(/^error: .* 3 MiB are free/);
    expect(look(folder, { ...usual, bavail: 100_000 }).join()).toMatch(/^warning: .* 390 MiB are free/);
  });

  it("is an error where this user may not write, in it or in a database that is there", () => {
    const folder = newFolder();
    writeFileSync(join(folder, "games.sqlite"), "");
    for (const closed of [folder, join(folder, "games.sqlite")]) {
      const findings = checkDataFolder(folder, { limitMb: null, mayWrite: (path) => path !== closed });
      expect(complaints(findings)).toEqual([`error: ${closed} cannot be written to by this user.`]);
    }
  });

  it("is a warning on a file system of the network, and where a database is nearly full", () => {
    const folder = newFolder();
    expect(look(folder, { ...usual, type: 0x6969 }).join()).toContain("is on NFS");
    writeFileSync(join(folder, "games.sqlite"), Buffer.alloc(950_000));
    expect(look(folder, usual, 1).join()).toContain("DATABASE_LIMIT_MB allows");
  });
});

describe("the machine", () => {
  const servers: { stop(force: boolean): unknown }[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop(true);
  });
  const serve = (answer: () => Response) => {
    const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: answer });
    servers.push(server);
    return String(server.port);
  };
  const ports = async (environment: Environment) => checkPorts(["embedded"], readValues(environment));

  it("has the port free, or taken by a Blazing Sun that runs, or by another program", async () => {
    const ours = serve(() => Response.json({ status: "ok" }));
    const other = serve(() => new Response("something else"));
    expect((await ports({ PORT: ours }))[0]).toMatchObject({ level: "ok" });
    expect((await ports({ PORT: ours }))[0]?.says).toContain("taken by a Blazing Sun");
    expect(complaints(await ports({ PORT: other })).join()).toContain("taken by another program");
    await servers.pop()?.stop(true);
    expect((await ports({ PORT: other }))[0]?.says).toContain("is free");
  });

  it("has the address to listen on", async () => {
    expect(complaints(await ports({ HOST: "203.0.113.1" })).join()).toContain("cannot be listened on");
  });

  it("gives each program a port of its own", async () => {
    const values = readValues({ PORT: "9000", WS_GATEWAY_PORT: "9000" });
    expect(complaints(await checkPorts(["wsGateway", "blazingSun"], values)).join()).toContain("both 9000");
  });

  it("lets a process have enough files open", () => {
    const limits = (soft: string) =>
      `Limit Soft Hard Units\nMax open files            ${soft}    4096 files \n`;
    expect(complaints(checkFileDescriptors(limits("65536")))).toEqual([]);
    expect(complaints(checkFileDescriptors(limits("1024"))).join()).toStartWith("warning: ");
    expect(complaints(checkFileDescriptors(limits("256"))).join()).toStartWith("error: ");
    expect(checkFileDescriptors()).toHaveLength(process.platform === "linux" ? 1 : 0);
  });
});

describe("clocks", () => {
  const reading = { engine: "Redis", before: 100_000, after: 100_800 };
  it.each([
    [100_300, "ok"],
    [101_500, "ok"],
    [102_000, "warning"],
    [98_900, "warning"],
    [90_000, "error"],
    [106_000, "error"],
  ])("are judged by as much as they surely differ: %p is %s", (engineMs, level) => {
    expect(checkClock({ ...reading, engineMs })).toMatchObject({ level: level as "ok" });
  });
});

// With one broker and one member here, what is said of several is held to what they answer.
describe("several brokers and members", () => {
  const wanted = { name: "games.events", partitions: 1, retentionMs: 1_000_000 };
  const copies = (replicas: readonly number[], isr: readonly number[], config: Record<string, string> = {}) =>
    complaints(
      checkTopic(wanted, { partitions: [{ replicas, isr }], config: new Map(Object.entries(config)) }, 3),
    ).join();

  it("keep a topic in enough copies, and go on without one of them", () => {
    expect(copies([1, 2, 3], [1, 2, 3], { "min.insync.replicas": "2" })).toBe("");
    expect(copies([1], [1])).toContain("has one copy on 3 brokers");
    expect(copies([1, 2, 3], [1, 2, 3])).toContain("is on one of 3 brokers alone");
    expect(copies([1, 2], [1, 2], { "min.insync.replicas": "2" })).toContain("takes nothing as soon as");
    expect(copies([1, 2, 3], [1, 2], { "min.insync.replicas": "2" })).toContain("1 partitions have copies");
  });

  it("make a replica set whose majority is safe", () => {
    const set = (...states: readonly string[]) =>
      complaints(
        checkMembers({
          set: "rs0",
          members: states.map((stateStr, n) => ({
            name: `m${n}`,
            stateStr,
            health: stateStr === "DOWN" ? 0 : 1,
          })),
        }),
      ).join();
    expect(set("PRIMARY", "SECONDARY", "SECONDARY")).toBe("");
    expect(set("PRIMARY", "SECONDARY", "DOWN")).toContain("m2 is DOWN");
    expect(set("PRIMARY", "SECONDARY", "ARBITER")).toContain("has an arbiter");
    expect(set("PRIMARY", "SECONDARY")).toContain("has two members");
  });
});

it("wants a PostgreSQL that keeps what it says it has, and has room for a platform", () => {
  const right = {
    version: "15.4",
    number: 150_004,
    encoding: "UTF8",
    recovering: false,
    may_create: true,
    fsync: "on",
    synchronous: "on",
    connections: 3,
    most: 100,
  };
  expect(complaints(checkServer(right))).toEqual([]);
  const wrong = { ...right, number: 120_000, recovering: true, fsync: "off", connections: 90 };
  expect(complaints(checkServer(wrong)).map((line) => line.split(" ")[0])).toEqual([
    "error:",
    "error:",
    "error:",
    "warning:",
  ]);
});

it("wants a MongoDB with room on its disk", () => {
  expect(complaints(checkRoom({ fsUsedSize: 80, fsTotalSize: 100 }))).toEqual([]);
  expect(complaints(checkRoom({ fsUsedSize: 95, fsTotalSize: 100 }))).toEqual([
    "warning: Its disk is 95 % full.",
  ]);
  expect(complaints(checkRoom({}))).toEqual([]);
});

it("wants a MongoDB that lets go of a transaction whose program died", () => {
  expect(complaints(checkTransactions({ transactionLifetimeLimitSeconds: 5 }))).toEqual([]);
  expect(complaints(checkTransactions({}))).toEqual([]);
  expect(complaints(checkTransactions({ transactionLifetimeLimitSeconds: 60 }))).toEqual([
    "warning: transactionLifetimeLimitSeconds is 60: a platform that dies in a transaction blocks its room for so long.",
  ]);
});

it("says each finding in one line", () => {
  const finding = { level: "error", about: "Redis", says: "one\n  two.", mend: "three\nfour." } as const;
  expect(lineOf(finding)).toBe("error    Redis          one two. Mend: three four.");
});
