import { once } from 'node:events';
import { createServer } from 'node:net';

const FIRST_PORT = 4300;
const PORTS = 20;

/** The sandbox's usual port, or the next one that nobody listens on. */
export async function usualPort(host: string): Promise<number> {
  for (let port = FIRST_PORT; port < FIRST_PORT + PORTS; port += 1) {
    if (await isFree(host, port)) return port;
  }
  throw new Error(`Ports ${FIRST_PORT} to ${FIRST_PORT + PORTS - 1} are all taken: set SANDBOX_PORT to a free one.`);
}

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  }
}

export function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
