import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// What a fresh clone runs, on Node and npm alone: it installs what the command needs, then hands over.
//   boot.mjs start [--fresh]        the product on this machine
//   boot.mjs test [files]           what must hold before a push; with files only those tests
//   boot.mjs run script.ts [args]   a script on a database of its own

const pnpm = "pnpm@10.34.9";
const root = fileURLToPath(new URL("../..", import.meta.url));
const stamps = join(root, "node_modules/.travel-conductor.json");

/** @param {string} message what is wrong and what to do about it */
function fail(message, status = 1) {
  console.error(message);
  process.exit(status);
}

/** Ends with the exit code, or 128 and the signal's number as a shell has it. Ctrl-C is the child's to answer. */
async function call(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, stdio: "inherit", ...options });
  const pass = (signal) => child.kill(signal);
  const wait = () => undefined;
  process.on("SIGTERM", pass).on("SIGINT", wait);
  const status = await new Promise((resolve) => {
    child.once("error", (error) => fail(`${command} could not be run: ${error.message}`));
    child.once("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
  process.off("SIGTERM", pass).off("SIGINT", wait);
  return status;
}

/** npm or npx, beside the node that runs this where there is one. */
function npm(name, args, options = {}) {
  const beside = join(dirname(process.execPath), name);
  return call(fs.existsSync(beside) ? beside : name, args, { ...options, env: { ...process.env, ...caches() } });
}

/** npm and pnpm keep their caches under HOME; where nothing can be written there, in the clone. */
function caches() {
  try {
    fs.accessSync(homedir(), fs.constants.W_OK);
    return {};
  } catch {
    const home = join(root, ".data/home");
    fs.mkdirSync(home, { recursive: true });
    return { HOME: home, npm_config_cache: join(home, ".npm") };
  }
}

/** Tells whether what is installed is what the tree asks for now. */
function fingerprint() {
  const packages = fs.readdirSync(join(root, "packages")).map((name) => `packages/${name}/package.json`);
  const hash = createHash("sha256").update(`${process.versions.modules} ${process.platform} ${process.arch}`);
  for (const name of ["pnpm-lock.yaml", "pnpm-workspace.yaml", "package.json", ...packages.sort()]) {
    const path = join(root, name);
    if (fs.existsSync(path)) hash.update(`\0${name}\0`).update(fs.readFileSync(path));
  }
  return hash.digest("hex");
}

/** @param {"start" | "all"} scope what `npm start` needs, or everything, the stacks' 800 MB too */
async function install(scope) {
  const wanted = fingerprint();
  const whole = fs.existsSync(join(root, "packages/local/node_modules/tsx"));
  const done = whole && fs.existsSync(stamps) ? JSON.parse(fs.readFileSync(stamps, "utf8")) : {};
  if (done.all === wanted || done[scope] === wanted) return;
  // A developer's tree, which has everything, keeps everything.
  const all = scope === "all" || fs.existsSync(join(root, "node_modules/vitest"));
  console.error(`Installing ${all ? "all packages" : "the packages that this needs"} …`);
  const part = all ? [] : ["--prod", "--filter", "@travel-conductor/local..."];
  const quiet = ["--config.confirm-modules-purge=false", "--config.update-notifier=false"];
  const frozen = ["--yes", "--loglevel=error", pnpm, "install", "--frozen-lockfile", ...quiet, ...part];
  const status = await npm("npx", frozen, { stdio: ["ignore", 2, 2] });
  if (status !== 0) {
    fail(
      `Installing failed (exit code ${status}); the reason is above. It needs the npm registry to be within reach.`,
      status,
    );
  }
  const lefthook = join(root, "node_modules/.bin/lefthook");
  if (all && fs.existsSync(join(root, ".git"))) await call(lefthook, ["install"], { stdio: "ignore" });
  fs.writeFileSync(stamps, JSON.stringify({ [all ? "all" : "start"]: wanted }));
}

async function test(args) {
  await install("all");
  const verified = args.length > 0 ? 0 : await npm("npm", ["--silent", "run", "verify"]);
  if (verified !== 0) return verified;
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const env = { ...process.env, ...caches() };
  return call(process.execPath, [vitest, "run", "--config", "packages/local/vitest.config.ts", ...args], { env });
}

/** Hands over to a TypeScript program of this package. */
async function hand(program, args) {
  await install("start");
  const { register } = await import("tsx/esm/api");
  register();
  const { main } = await import(new URL(`src/${program}.ts`, import.meta.url).href);
  return main(args).catch((error) => {
    console.error(error.name === "Trouble" ? error.message : error);
    return 1;
  });
}

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`This is Node ${process.versions.node}. Travel Conductor needs 20.19 or newer: https://nodejs.org`);
}
const [command, ...args] = process.argv.slice(2);
// It never overrides what the environment says.
if (command === "start" && fs.existsSync(join(root, ".env"))) process.loadEnvFile(join(root, ".env"));
if (command === "test") process.exit(await test(args));
if (command === "start" || command === "run") process.exit(await hand(command, args));
fail("Use: node packages/local/boot.mjs start | test | run");
