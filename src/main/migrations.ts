/** The tables of a cluster in PostgreSQL, in the order in which they are made. */
import { postgresAccountsMigrations } from "../accounts/store/postgres.ts";
import { postgresLobbyMigrations } from "../chat/store/lobby/postgres.ts";
import { postgresCatalogueMigrations } from "../games/store/postgres-catalogue.ts";

export const postgresMigrations = [
  postgresAccountsMigrations,
  postgresCatalogueMigrations,
  postgresLobbyMigrations,
];
