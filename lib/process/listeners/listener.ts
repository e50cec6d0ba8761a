/** One open listener. `close` resolves when its last request ended or the time to wait is over. */
export interface Listener {
  name: string;
  port: number;
  close(graceMs: number): Promise<void>;
}
