import { siteUrl, type App } from '../apps.ts';
import { npmLine } from '../cli/commands.mjs';
import { demoLogins, demoPassword } from './demo-accounts.ts';
import type { PlatformState } from './state.ts';

/** Lines up the columns of a table. */
export function table(rows: string[][]): string {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
    [],
  );
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}

/** What has no documents of its own is there for. */
const beside: Partial<Record<App['kind'], string>> = {
  emulator: 'no lugar da Stripe',
  provider: 'entra quem se nomeia, com qualquer senha',
};

/** What the user sees when everything is ready. */
export function summary(state: PlatformState, apps: App[]): string {
  const { instance } = state;
  const server = (name: string, url: string, extra = ''): string[] => [name, withoutCredentials(url), extra];
  const url = ({ kind, name }: Pick<App, 'kind' | 'name'>): string =>
    kind === 'bff' ? siteUrl(name, state.portOffset) : (state.apps[name] ?? '');
  return [
    `  Abra ${url({ kind: 'bff', name: 'bff-web' })} para reservar, e ${url({ kind: 'bff', name: 'bff-admin' })} para cuidar da casa`,
    '',
    table([
      ['O QUE', 'ONDE', ''],
      ...apps.map((app) => [app.name, url(app), beside[app.kind] ?? `${url(app)}/docs`]),
      server('PostgreSQL', state.servers.postgres),
      server('Redis', state.servers.redis),
      server(
        'RabbitMQ',
        state.servers.rabbitmq,
        `administração em ${withoutCredentials(state.servers.rabbitmqManagement)}`,
      ),
    ]),
    '',
    ...(state.demo
      ? [
          table([['LOGIN', 'E-MAIL', 'SENHA'], ...demoLogins.map(({ role, email }) => [role, email, demoPassword])]),
          '',
          `  Agora: ${npmLine('demo', { instance })} (seis histórias em segundos), ou entre no site com um destes`,
        ]
      : [`  O primeiro administrador: ${npmLine('admin:criar', '--email voce@exemplo.com', { instance })}`]),
    `  Segredos: .data/${instance}/segredos.json · registros: .data/${instance}/logs/`,
  ].join('\n');
}

function withoutCredentials(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}
