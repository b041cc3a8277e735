/** An answer of Prometheus that says no: `bad_data` for what cannot be read, `execution` for what cannot be computed. */
export class PromError extends Error {
  override readonly name = 'PromError';
  readonly type: 'bad_data' | 'execution';

  constructor(type: PromError['type'], message: string) {
    super(message);
    this.type = type;
  }
}
