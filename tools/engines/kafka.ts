import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Admin } from "@platformatic/kafka";
import { cacheFolder, host, ports, runFolder } from "./places.ts";
import { dataFolder, EngineError, type Service } from "./service.ts";
import { packagesFor } from "./debian.ts";
import { InstallError } from "./installable.ts";
import { runProgram } from "../program.ts";

const version = "4.4.0";
const log4jVersion = "2.25.2";
/** Any 16 bytes, as base64url. */
const clusterId = "YmxhemluZy1zdW4tMDAwMQ";

const folder = join(cacheFolder, `kafka-${version}`);
const properties = join(runFolder, "kafka.properties");
const log4j = join(runFolder, "kafka-log4j2.xml");
/** Where its programs are, once it is installed. */
export const classPath = join(folder, "libs", "*");
const downloadLimitMs = 10 * 60_000;

const artifact = (group: string, name: string, number: string): string =>
  `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${number}</version></dependency>`;

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    ${artifact("org.apache.kafka", "kafka_2.13", version)}
    ${artifact("org.apache.logging.log4j", "log4j-slf4j-impl", log4jVersion)}
    ${artifact("org.apache.logging.log4j", "log4j-core", log4jVersion)}
  </dependencies>
</project>
`;

/** One node that is broker and controller, with the times that make a restart quick. */
const settings = (): string => `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@${host}:${ports.kafkaController}
listeners=PLAINTEXT://${host}:${ports.kafka},CONTROLLER://${host}:${ports.kafkaController}
advertised.listeners=PLAINTEXT://${host}:${ports.kafka}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=${dataFolder("kafka")}
auto.create.topics.enable=false
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
log.segment.bytes=67108864
log.cleaner.dedupe.buffer.size=16777216
num.network.threads=2
num.io.threads=4
`;

const logging = `<Configuration status="WARN"><Appenders><Console name="C"><PatternLayout pattern="[%d] %p %m (%c)%n"/></Console></Appenders><Loggers><Root level="INFO"><AppenderRef ref="C"/></Root></Loggers></Configuration>
`;

const java = (...words: readonly string[]): readonly string[] => [
  "java",
  "-Xms256m",
  "-Xmx512m",
  `-Dlog4j2.configurationFile=${log4j}`,
  "-cp",
  classPath,
  ...words,
];

export const kafka: Service = {
  key: "kafka",
  name: `Apache Kafka ${version}`,
  use: "tests of the cluster",
  ports: { ENGINES_KAFKA_PORT: ports.kafka, ENGINES_KAFKA_CONTROLLER_PORT: ports.kafkaController },
  missingPackages: () => packagesFor({ java: "default-jre-headless", mvn: "maven" }),
  stopSignal: "SIGTERM",

  async isInstalled() {
    return existsSync(join(folder, "complete")) && Bun.which("java") !== null;
  },

  async install() {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "pom.xml"), pom);
    const goal = [
      "dependency:copy-dependencies",
      `-DoutputDirectory=${folder}/libs`,
      "-DincludeScope=runtime",
    ];
    const end = await runProgram(["mvn", "--quiet", "--batch-mode", ...goal], {
      cwd: folder,
      output: "capture",
      timeLimitMs: downloadLimitMs,
    });
    if (!end.succeeded)
      throw new InstallError(`Maven could not bring Kafka (${end.how}):\n${end.output.slice(-2000)}`);
    writeFileSync(join(folder, "complete"), "");
  },

  async prepare() {
    writeFileSync(properties, settings());
    writeFileSync(log4j, logging);
    if (existsSync(join(dataFolder("kafka"), "meta.properties"))) return;
    const format = java("kafka.tools.StorageTool", "format", "-t", clusterId, "-c", properties);
    const end = await runProgram(format, { output: "capture", timeLimitMs: 60_000 });
    if (!end.succeeded)
      throw new EngineError(`Kafka could not make its folder (${end.how}):\n${end.output.slice(-2000)}`);
  },

  command: () => java("kafka.Kafka", properties),

  /** A broker that is not yet registered, or frozen, does not tell its topics. */
  async isHealthy() {
    const admin = new Admin({
      clientId: "engines",
      bootstrapBrokers: [`${host}:${ports.kafka}`],
      retries: false,
      connectTimeout: 1_000,
      requestTimeout: 2_000,
    });
    try {
      await admin.listTopics();
      return true;
    } catch {
      return false; // not yet
    } finally {
      await admin.close().catch(() => undefined); // nothing is left to be said on it
    }
  },
};
