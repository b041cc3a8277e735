/** An answer of AWS that says no: its code, its HTTP status and its words. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameter', 400, `Invalid parameter: ${message}`);
}

export function notFound(message: string): AwsError {
  return new AwsError('NotFound', 404, message);
}
