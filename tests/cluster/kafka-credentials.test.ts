/** Kafka that asks who is there: a broker of the test's own, since the shared one lets everybody in. */
import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runningEngines } from "./engines.ts";
import { connectKafkaLog } from "../../src/event-log/kafka.ts";
import { classPath, kafka } from "../../tools/engines/kafka.ts";
import { runProgram } from "../../tools/program.ts";

const isPossible = runningEngines() !== null && (await kafka.isInstalled());
const port = 22_000 + (process.pid % 10_000);
const quiet = { warn: () => {}, error: () => {} };

describe.skipIf(!isPossible)("a broker that wants credentials", () => {
  const folder = mkdtempSync(join(tmpdir(), "kafka-credentials-"));
  let broker: Bun.Subprocess | undefined;

  beforeAll(async () => {
    const properties = join(folder, "server.properties");
    const module = "org.apache.kafka.common.security.plain.PlainLoginModule required";
    writeFileSync(
      properties,
      `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${port + 1}
listeners=SASL_PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${port + 1}
listener.security.protocol.map=SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=SASL_PLAINTEXT
sasl.enabled.mechanisms=PLAIN
sasl.mechanism.inter.broker.protocol=PLAIN
listener.name.sasl_plaintext.plain.sasl.jaas.config=${module} username="admin" password="a" user_admin="a" user_blazing="sun";
log.dirs=${folder}/data
offsets.topic.replication.factor=1
default.replication.factor=1
`,
    );
    const java = ["java", "-Xmx256m", "-cp", classPath];
    const format = [
      ...java,
      "kafka.tools.StorageTool",
      "format",
      "-t",
      "YmxhemluZy1zdW4tMDAwMg",
      "-c",
      properties,
    ];
    expect((await runProgram(format, { output: "capture", timeLimitMs: 60_000 })).output).not.toContain(
      "Exception",
    );
    broker = Bun.spawn([...java, "kafka.Kafka", properties], { stdout: "ignore", stderr: "ignore" });
    while ((await kindOf("sun")) === "away") await Bun.sleep(200);
  }, 60_000);
  afterAll(async () => {
    broker?.kill("SIGKILL");
    await broker?.exited;
    rmSync(folder, { recursive: true, force: true });
  });

  const address = (password: string) => ({
    brokers: [`127.0.0.1:${port}`],
    topicPrefix: "",
    credentials: { mechanism: "PLAIN" as const, username: "blazing", password },
  });

  /** What a program would do: serve, try again, or end. */
  async function kindOf(password: string): Promise<unknown> {
    try {
      const log = await connectKafkaLog({ ...address(password), logger: quiet });
      await log.close();
      return "connected";
    } catch (error) {
      return (error as { kind?: unknown }).kind;
    }
  }

  it("lets in who has them, and refuses who has not, for good", async () => {
    expect(await kindOf("sun")).toBe("connected");
    expect(await kindOf("moon")).toBe("refused");
  }, 60_000);
});
