/** What entrance.ts answers itself, described. */
import Type, { type Static } from "typebox";
import type { RouteDescription } from "../web/index.ts";

export const ReadinessSchema = Type.Object({
  ready: Type.Boolean(),
  reasons: Type.Array(Type.String(), {
    description: 'what is missing: "the log has not been read to its end"',
  }),
  engines: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description: 'each engine\'s state: "up", or why it cannot be used',
    }),
  ),
});

export type Readiness = Readonly<Static<typeof ReadinessSchema>>;

const always = {
  group: "operation",
  method: "GET",
  session: "none",
  cookie: null,
  pathParameters: {},
  query: {},
  body: null,
  refusals: [],
} as const;

export const entranceRoutes: readonly RouteDescription[] = [
  {
    ...always,
    name: "health",
    path: "/health",
    summary: "Says that the program lives. A gateway of a cluster answers it too.",
    answers: { 200: { summary: "It lives.", schema: Type.Object({ status: Type.Literal("ok") }) } },
  },
  {
    ...always,
    name: "ready",
    path: "/ready",
    summary: "Says whether the program can serve. A gateway of a cluster answers it too.",
    answers: {
      200: { summary: "It can.", schema: ReadinessSchema },
      503: { summary: "It cannot yet, or not now.", schema: ReadinessSchema },
    },
  },
];
