import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const folder = new URL("../../src/", import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".tsx"));
const sources = files.map((file) => ({ file, text: readFileSync(new URL(file, folder), "utf8") }));

test("every password is typed into a hidden field that password managers know, and may be pasted", () => {
  const naming = sources.filter(({ text }) => /"(current|new)-password"/.test(text));
  expect(naming.length).toBeGreaterThan(4);
  for (const { file, text } of naming) expect(text, file).toMatch(/<PasswordField|function PasswordField/);
  const field = sources.find(({ file }) => file.endsWith("PasswordField.tsx"))!.text;
  expect(field).toContain('type={isShown ? "text" : "password"}');
  expect(field).toContain("useState(false)");
  expect(field).toContain("autoComplete={kind}");
  for (const { file, text } of sources) {
    expect(text, file).not.toMatch(/onPaste|type="password"/);
  }
});
