import { migrate } from "@travel-conductor/scripts/migrate";
import { seed } from "@travel-conductor/scripts/seed";
import type { TestProject } from "vitest/node";
import { careless, startPostgres } from "../postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The server of all test files, by the database that each of them clones: migrated, seeded, used by nobody. */
    template: string;
  }
}

/** Once for the whole run: a Postgres that may forget everything, and in it the template of every test's database. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres({ settings: { ...careless, max_connections: "300" } });
  try {
    await migrate(postgres.url);
    await seed(postgres.url);
    project.provide("template", postgres.url);
    return postgres.stop;
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
