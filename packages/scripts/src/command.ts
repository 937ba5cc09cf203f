import { type ParseArgsConfig, parseArgs } from "node:util";

/** What the operator must put right before anything can be done: the command ends with 2. */
export class Refused extends Error {}

/** The options and arguments of a command. @throws Refused with its `usage` */
export function parse<T extends NonNullable<ParseArgsConfig["options"]>>(args: string[], options: T, usage: string) {
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    throw new Refused(`${(error as Error).message}\n\n${usage}`);
  }
}

/** Runs a command with the arguments of the process, which then ends with what it returns. */
export async function run(main: (args: string[]) => Promise<number>): Promise<void> {
  process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Refused ? error.message : error);
    return 2;
  });
}
