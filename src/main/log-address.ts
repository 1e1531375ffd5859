import type { ConfigOf } from "./config.ts";
import type { KafkaAddress } from "../event-log/kafka.ts";

type KafkaConfig = Pick<
  ConfigOf<"wsGateway">,
  "kafkaBrokers" | "kafkaTopicPrefix" | "kafkaUsername" | "kafkaPassword" | "kafkaMechanism" | "kafkaTls"
>;

/** Where the log is, and as whom it is asked. */
export function logAddress(config: KafkaConfig): KafkaAddress {
  const { kafkaUsername: username, kafkaPassword: password, kafkaMechanism: mechanism } = config;
  return {
    brokers: config.kafkaBrokers,
    topicPrefix: config.kafkaTopicPrefix,
    tls: config.kafkaTls,
    credentials: username === null ? undefined : { mechanism, username, password },
  };
}
