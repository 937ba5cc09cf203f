/** A problem that the developer can solve. The message says how; it is shown without a stack. */
export class Trouble extends Error {
  override name = "Trouble";
}
