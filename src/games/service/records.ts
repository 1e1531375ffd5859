/** The answers of the games service. */
import { createAnswers } from "../../event-log/answers.ts";

export type { Asked, Person, Received } from "../../event-log/answers.ts";

const answers = createAnswers("games", "games.events");

export const answerRecord = answers.answer;
export const refusalRecord = answers.refusal;
export const settledRecord = answers.settled;
