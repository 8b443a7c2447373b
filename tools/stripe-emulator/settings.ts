import { readFileSync } from 'node:fs';
import type { LogLevel } from './log.ts';

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly secretKey: string;
  readonly publishableKey: string;
  readonly webhookUrl: URL | undefined;
  readonly webhookSecrets: readonly string[];
  readonly dataDir: string;
  /** Where browsers find the pages; by default, where the emulator listens. */
  readonly publicUrl: string | undefined;
  /** Wait before a webhook's second attempt, doubled after each one, in ms. */
  readonly webhookRetryBaseMs: number;
  readonly webhookTimeoutMs: number;
  /** How long a new PaymentIntent is invisible to search, in ms. */
  readonly searchLagMs: number;
  readonly logLevel: LogLevel;
}

export class InvalidSettingsError extends Error {}

/**
 * Reads the settings from environment variables; a secret may be given as NAME_FILE.
 *
 * @throws InvalidSettings with every wrong variable and what was expected
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = [];
  const reject = (name: string, expected: string): void => {
    problems.push(`${name}: esperado ${expected}`);
  };
  const text = (name: string): string | undefined => {
    const file = env[`${name}_FILE`];
    if (file === undefined || file === '') return env[name] === '' ? undefined : env[name];
    try {
      return readFileSync(file, 'utf8').trim();
    } catch (error) {
      reject(`${name}_FILE`, `um arquivo que se possa ler (${error instanceof Error ? error.message : String(error)})`);
      return undefined;
    }
  };
  const integer = (name: string, fallback: number, minimum: number, maximum: number): number => {
    const value = Number(text(name) ?? fallback);
    if (!Number.isInteger(value) || value < minimum || value > maximum)
      reject(name, `um inteiro de ${minimum} a ${maximum}`);
    return value;
  };
  const key = (name: string, prefix: string): string => {
    const value = text(name) ?? '';
    if (!value.startsWith(prefix) || value.length <= prefix.length)
      reject(name, `uma chave de teste que comece com ${prefix}`);
    return value;
  };
  const url = (name: string): URL | undefined => {
    const value = text(name);
    if (value === undefined) return undefined;
    const parsed = URL.parse(value);
    if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') reject(name, 'um endereço http:// ou https://');
    return parsed ?? undefined;
  };
  const level = (): LogLevel => {
    const value = text('LOG_LEVEL') ?? 'info';
    if (value === 'debug' || value === 'info' || value === 'warn' || value === 'error') return value;
    reject('LOG_LEVEL', 'debug, info, warn ou error');
    return 'info';
  };
  const webhookUrl = url('STRIPE_WEBHOOK_URL');
  const webhookSecrets = (text('STRIPE_WEBHOOK_SECRET') ?? '')
    .split(',')
    .map((secret) => secret.trim())
    .filter((secret) => secret !== '');
  if (webhookUrl !== undefined && webhookSecrets.length === 0)
    reject('STRIPE_WEBHOOK_SECRET', 'um ou mais segredos, separados por vírgula, porque STRIPE_WEBHOOK_URL foi dada');
  if (webhookSecrets.some((secret) => !secret.startsWith('whsec_')))
    reject('STRIPE_WEBHOOK_SECRET', 'segredos que comecem com whsec_');
  const dataDir = text('DATA_DIR') ?? '';
  if (dataDir === '') reject('DATA_DIR', 'a pasta onde o diário é gravado');
  const settings: Settings = {
    host: text('HOST') ?? '127.0.0.1',
    port: integer('PORT', 3200, 0, 65_535),
    secretKey: key('STRIPE_SECRET_KEY', 'sk_test_'),
    publishableKey: key('STRIPE_PUBLISHABLE_KEY', 'pk_test_'),
    webhookUrl,
    webhookSecrets,
    dataDir,
    publicUrl: url('PUBLIC_URL')?.href.replace(/\/$/, ''),
    webhookRetryBaseMs: integer('WEBHOOK_RETRY_BASE_MS', 1000, 1, 3_600_000),
    webhookTimeoutMs: integer('WEBHOOK_TIMEOUT_MS', 10_000, 1, 120_000),
    searchLagMs: integer('SEARCH_LAG_MS', 0, 0, 3_600_000),
    logLevel: level(),
  };
  if (problems.length > 0) throw new InvalidSettingsError(`configuração inválida:\n  ${problems.join('\n  ')}`);
  return settings;
}
