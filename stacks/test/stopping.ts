import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { synth } from "../synth.ts";

const page = readFileSync(new URL("../../packages/docs/backup.md", import.meta.url), "utf8");

/** Stands in for the AWS CLI: lists the Lambdas, and prints its other arguments. */
const cli = `
aws() {
  case $2 in
    list-functions) echo "$NAMES" ;;
    *) shift; echo "$@" | sed 's/--function-name //; s/--reserved-concurrent-executions //' ;;
  esac
}
`;

/** Tests that the page of restores stops each Lambda, and gives each the concurrency back that the stacks reserve. */
export function testStopping(made: () => Awaited<ReturnType<typeof synth>>): void {
  test("a stage is stopped for a restore, and let run again as the stacks have it", () => {
    const lambdas = Object.entries(made().templates).flatMap(([stack, template]) =>
      Object.entries(template.findResources("AWS::Lambda::Function"))
        .filter(([, { Properties }]) => Properties.Environment?.Variables?.SST_STAGE === "test")
        .map(([id, { Properties }]) => ({
          // The name that CloudFormation makes where the stacks give none.
          name: Properties.FunctionName ?? `test-travel-conductor-${stack}-${id}-x1Y2z3`,
          reserved: Properties.ReservedConcurrentExecutions as number | undefined,
        })),
    );
    expect(lambdas.length).toBeGreaterThan(10);
    const section = page.split(/^## /m).find((each) => each.startsWith("Stop the Lambdas")) ?? "";
    const [stop = "", start = ""] = [...section.matchAll(/```sh\n([^`]+)\n```/g)].map(([, commands]) => commands);
    const env = { ...process.env, NAMES: lambdas.map(({ name }) => name).join("\t") };
    const run = (commands: string) =>
      execFileSync("sh", ["-euc", cli + commands], { env, encoding: "utf8" })
        .trim()
        .split("\n");
    expect(run(stop)).toEqual(lambdas.map(({ name }) => `put-function-concurrency ${name} 0`));
    expect(run(`${stop.slice(0, stop.indexOf("\nfor "))}\n${start}`)).toEqual(
      lambdas.map(({ name, reserved }) =>
        reserved === undefined ? `delete-function-concurrency ${name}` : `put-function-concurrency ${name} ${reserved}`,
      ),
    );
  });
}
