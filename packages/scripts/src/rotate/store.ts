/** Where the secrets of a stage are. */
export type Store = {
  read: (name: string) => Promise<string | undefined>;
  write: (name: string, value: string) => Promise<void>;
  remove: (name: string) => Promise<void>;
  /** @throws Refused where the processes that read the secret could not be restarted now; writes nothing */
  check: (name: string) => Promise<void>;
  /**
   * Has every process that reads the secret start anew, and waits until they do. Returns for how long (s) one that began
   * before may still run, with what it had read.
   */
  restart: (name: string, say: (line: string) => void) => Promise<number>;
};
