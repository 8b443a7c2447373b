import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../cli/paths.ts';
import { UserError } from '../cli/user-error.ts';
import { isRoot } from '../infra/native/account.ts';
import { unpackFolder } from '../infra/native/data-folder.ts';
import { relocatedEnv } from '../infra/native/installation.ts';
import { unpackedFiles } from '../infra/native/packages.ts';
import { until } from '../processes/deadline.ts';

/** Debian's packages of what stands at the edge, and where each has what is needed of it. */
const PROGRAMS = {
  'nginx-light': '/usr/sbin/nginx',
  'libnginx-mod-http-modsecurity': '/usr/lib/nginx/modules/ngx_http_modsecurity_module.so',
  'modsecurity-crs': '/usr/share/modsecurity-crs/rules/REQUEST-901-INITIALIZATION.conf',
};
const READY_MS = 60_000;
const CERTIFICATE = [
  '-nodes',
  '-days',
  '2',
  '-subj',
  '/CN=localhost',
  '-addext',
  'subjectAltName=DNS:localhost,IP:127.0.0.1',
];

export interface Edge {
  readonly port: number;
  /** The socket on which it speaks HTTP without TLS. */
  readonly http: string;
  /** Its certificate, in PEM. */
  readonly ca: string;
  /** What it said of its errors so far. */
  readonly complaints: () => string;
  /** Divides requests otherwise from now on; those under way end where they are. Only with `workers`. */
  readonly share: (gateways: readonly string[]) => void;
  readonly stop: () => Promise<void>;
}

export interface EdgeOptions {
  /** Among whom it divides requests, `host:port`, with a `weight=` if it is not the same for all. */
  readonly gateways: readonly string[];
  readonly port: number;
  /** Folder of the compiled page. */
  readonly site: string;
  /** False for what is measured, and comes from one address all. */
  readonly limits?: boolean;
  /** A process of its own for requests, as it is run by everybody: another configuration is another process. */
  readonly workers?: boolean;
}

const unpacked = (): string => `${unpackFolder()}-borda`;

/** Why there can be no edge here, once everything was tried to have one; nothing when there can. */
export const edgeObstacle = (): Promise<string | undefined> =>
  unpackedFiles(PROGRAMS, unpacked()).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof UserError) return error.message;
      throw error;
    },
  );

/**
 * nginx as `infra/nginx` has it, on a port of this machine, until it is stopped or this process ends.
 *
 * @throws UserError where Debian's packages are neither installed nor to be had, or it does not start
 */
export async function startEdge({ gateways, port, site, limits = true, workers }: EdgeOptions): Promise<Edge> {
  const paths = await unpackedFiles(PROGRAMS, unpacked());
  const folder = mkdtempSync(join(tmpdir(), 'borda-'));
  cpSync(join(root, 'infra/nginx'), folder, { recursive: true });
  renameSync(join(folder, 'compose'), join(folder, 'local'));
  const [key, certificate] = [join(folder, 'chave.pem'), join(folder, 'certificado.pem')];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-keyout', key, '-out', certificate, ...CERTIFICATE],
    {
      stdio: 'ignore',
    },
  );
  // What is published, but for where this machine has it.
  const places: Readonly<Record<string, string>> = {
    '/usr/lib/nginx/modules/ngx_http_modsecurity_module.so': paths['libnginx-mod-http-modsecurity'],
    '/usr/share/modsecurity-crs/rules/': paths['modsecurity-crs'].replace(/[^/]+$/, ''),
    '/borda/': `${folder}/`,
    '/tls/': `${folder}/`,
    '/tmp/': `${folder}/`,
    '/site': site,
    'listen 8080': `listen unix:${folder}/http`,
    'listen 8443': `listen 127.0.0.1:${port}`,
    'server kong:8000 max_fails=3 fail_timeout=30s;': serversOf(gateways),
    // One address asks for all.
    ...(limits ? {} : { 'limit_req zone=endereco burst=100 nodelay;': '', 'limit_conn conexoes 64;': '' }),
  };
  const theirs = new RegExp(
    Object.keys(places)
      .map((place) => place.replace(/[.]/g, '\\$&'))
      .join('|'),
    'g',
  );
  for (const file of ['servidor.conf', ...readdirSync(join(folder, 'local')).map((name) => `local/${name}`)]) {
    const text = readFileSync(join(folder, file), 'utf8');
    writeFileSync(
      join(folder, file),
      text.replace(theirs, (place) => places[place] ?? place),
    );
  }
  const child = spawn(
    'setpriv',
    [
      '--pdeathsig',
      'TERM',
      '--',
      paths['nginx-light'],
      '-p',
      `${folder}/`,
      '-c',
      'nginx.conf',
      '-g',
      workers ? `daemon off;${isRoot ? ' user root;' : ''}` : 'daemon off; master_process off;',
    ],
    { cwd: folder, env: { ...process.env, ...relocatedEnv(unpacked()) }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ca = readFileSync(certificate, 'utf8');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await until(
      () => answers(port, ca),
      READY_MS,
      () => {
        if (child.exitCode !== null) throw new UserError(`O nginx não iniciou:\n${said}`);
      },
    );
  } catch (error) {
    await stop();
    throw error;
  }
  const share = (among: readonly string[]): void => {
    writeFileSync(join(folder, 'local/gateways.conf'), `${serversOf(among)}\n`);
    child.kill('SIGHUP');
  };
  return { port, http: join(folder, 'http'), ca, complaints: () => said, share, stop };
}

const serversOf = (gateways: readonly string[]): string =>
  gateways.map((address) => `server ${address} max_fails=3 fail_timeout=30s;`).join('\n');

const answers = (port: number, ca: string): Promise<void> =>
  new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/saude', ca, agent: false }, (response) => {
      response.resume();
      if (response.statusCode === 200) resolve();
      else reject(new Error(`/saude: ${response.statusCode}`));
    }).once('error', reject);
  });
