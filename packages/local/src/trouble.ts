/** What the developer can put right, said in full: it is shown without a stack. */
export class Trouble extends Error {
  override name = "Trouble";
}
