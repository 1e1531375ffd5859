/** The log's topics, as the plan fixes them (plan §1.3, L1). A program that finds other counts refuses to start. */
const day = 24 * 60 * 60 * 1000;

export const topics = {
  "system.events": { partitions: 3, retentionMs: 7 * day },
  "chat.commands": { partitions: 3, retentionMs: 7 * day },
  "chat.events": { partitions: 3, retentionMs: 7 * day },
  "games.commands": { partitions: 6, retentionMs: 7 * day },
  "games.events": { partitions: 6, retentionMs: 7 * day },
  "gateway.presence": { partitions: 3, retentionMs: 1 * day },
} as const satisfies Record<string, { partitions: number; retentionMs: number }>;

export type Topic = keyof typeof topics;
export type CommandTopic = Extract<Topic, `${string}.commands`>;
export type EventTopic = Exclude<Topic, CommandTopic>;

export const topicNames = Object.keys(topics) as Topic[]; // keys of a literal object are its topics
export const eventTopics = topicNames.filter((topic): topic is EventTopic => !topic.endsWith(".commands"));
