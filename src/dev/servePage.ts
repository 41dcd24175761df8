import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import sirv from 'sirv';
import { createServer as createVite } from 'vite';
import { listen } from './listen.ts';

export type NodeListener = (request: IncomingMessage, response: ServerResponse) => void;

export interface PageOptions {
  /** The folder of this project. */
  root: string;
  port: number;
  /** No other port will do. */
  exactly: boolean;
  /** A folder with the built page, and the script-tag file under `dist/`. Without it, Vite serves the sources. */
  built: string | undefined;
  /** Sent with every answer, such as a Content-Security-Policy. */
  headers: Readonly<Record<string, string>>;
  /** Paths that are not the page's, and who answers there. */
  mounts: Readonly<Record<string, NodeListener>>;
}

export interface ServedPage {
  port: number;
  close(): Promise<void>;
}

const NOT_FOUND: NodeListener = (_, response) => {
  response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found');
};

type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

async function pageMiddleware({ root, built }: PageOptions, server: Server) {
  if (built !== undefined) {
    const middleware: Middleware = sirv(built, { dev: true });
    return { middleware, close: async () => undefined };
  }
  const vite = await createVite({
    root,
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'warn',
    clearScreen: false,
    server: { middlewareMode: true, hmr: { server } },
  });
  return { middleware: vite.middlewares as Middleware, close: () => vite.close() };
}

/** One server for the demo's pages, the built files under `/dist/`, and what is mounted beside them. */
export async function servePage(options: PageOptions): Promise<ServedPage> {
  const server = createServer();
  const port = await listen(server, options.port, options.exactly);
  const { middleware, close } = await pageMiddleware(options, server);
  const dist = sirv(join(options.built ?? options.root, 'dist'), { dev: true });

  server.on('request', (request, response) => {
    for (const [name, value] of Object.entries(options.headers)) response.setHeader(name, value);
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const mount = Object.keys(options.mounts).find((at) => path === at || path.startsWith(`${at}/`));
    if (mount !== undefined) return options.mounts[mount]?.(request, response);
    if (path.startsWith('/dist/')) {
      request.url = (request.url ?? '').slice('/dist'.length);
      return dist(request, response, () => NOT_FOUND(request, response));
    }
    middleware(request, response, () => NOT_FOUND(request, response));
  });

  return {
    port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      await close();
      server.closeAllConnections();
      await closed;
    },
  };
}
