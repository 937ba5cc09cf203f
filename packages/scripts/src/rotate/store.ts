/** Where the secrets of a stage are. */
export type Store = {
  read: (name: string) => Promise<string | undefined>;
  write: (name: string, value: string) => Promise<void>;
  remove: (name: string) => Promise<void>;
  /** @throws Refused where the processes that read the secret could not be restarted now; writes nothing */
  check: (name: string) => Promise<void>;
  /** Has every process that reads the secret read it anew, and waits until they do. */
  restart: (name: string, say: (line: string) => void) => Promise<void>;
};
