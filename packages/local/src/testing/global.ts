import { migrate } from "@travel-conductor/scripts/migrate";
import { seed } from "@travel-conductor/scripts/seed";
import type { TestProject } from "vitest/node";
import { notDurable, startPostgres } from "../postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    /**
     * The address of all test files' server and of the database that each file clones: migrated, seeded, not used
     * itself.
     */
    template: string;
  }
}

/**
 * Runs once for all test files: starts a Postgres that may lose data, and creates the template of every test's
 * database.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Tests compare plans and counts of read rows, which a run of autovacuum between two of them would change.
  const settings = { ...notDurable, max_connections: "300", autovacuum: "off" };
  const postgres = await startPostgres({ settings });
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
