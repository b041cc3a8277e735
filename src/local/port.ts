import { once } from 'node:events';
import { createServer } from 'node:net';

const PORTS = 20;

/** The first port from this one on that nobody on this machine listens on. */
export async function freePortFrom(from: number): Promise<number> {
  for (let port = from; port < from + PORTS; port++) {
    if (await isFree(port)) return port;
  }
  throw new Error(`Ports ${from} to ${from + PORTS - 1} are all taken: set PORT to a free one.`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}
