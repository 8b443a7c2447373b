import type { App } from '../apps.ts';
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

/** What the user sees when everything is ready. */
export function summary(state: PlatformState, apps: App[]): string {
  const { instance } = state;
  const server = (name: string, url: string, extra = ''): string[] => [name, withoutCredentials(url), extra];
  const url = (name: string): string => state.apps[name] ?? '';
  return [
    table([
      ['O QUE', 'ONDE', ''],
      ...apps.map((app) => [
        app.name,
        url(app.name),
        app.kind === 'emulator' ? 'no lugar da Stripe' : `${url(app.name)}/docs`,
      ]),
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
          `  Agora: ${npmLine('demo', { instance })} (cinco histórias em segundos), ou abra ${url('bff-web')}/docs`,
        ]
      : [`  O primeiro administrador: ${npmLine('admin:criar', '--email voce@exemplo.com', { instance })}`]),
    `  Segredos: .data/${instance}/segredos.json · registros: .data/${instance}/logs/`,
  ].join('\n');
}

function withoutCredentials(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}
