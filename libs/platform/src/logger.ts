import { readFileSync } from 'node:fs';
import type { LoggerService } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import winston from 'winston';
import { redactText } from './redaction.js';
import { currentContext } from './request-context.js';

const SENSITIVE_KEY =
  /senha|password|secret|token|authorization|cookie|e-?mail|telefone|phone|cpf|cnpj|^nome$|nome_?completo|nomeCliente|destinatario|card|cvc|assinatura|chave_?(privada|mestra)/i;
/** PostgreSQL's class of errors whose message quotes the value that it could not take (22P02: `… for type uuid: "Ana"`). */
const DATA_EXCEPTION = /^22[0-9A-Z]{3}$/;
const MAX_DEPTH = 8;
/** From fifteen digits on a number may be a card's; instants in milliseconds have thirteen. */
const SHORTEST_CARD_NUMBER = 1e14;

/** A copy of `value` without personal data and secrets, whatever their depth, by key and by pattern. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'number') return Number.isInteger(value) && value >= SHORTEST_CARD_NUMBER ? '[numero]' : value;
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= MAX_DEPTH) return '[profundo]';
  if (value instanceof Error) return redactError(value, depth);
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, SENSITIVE_KEY.test(key) ? '[redigido]' : redact(item, depth + 1)]),
  );
}

/** What helps to find the fault; an error's other properties may hold the data of a statement or a request. */
function redactError(error: Error, depth: number): unknown {
  const { name, message, stack, cause } = error;
  const { code } = error as { code?: unknown };
  const told = (text: string | undefined): string | undefined =>
    DATA_EXCEPTION.test(String(code)) ? text?.replace(/"[^"]*"/g, '"[valor]"') : text;
  return {
    ...(redact(
      { name, message: told(message), stack: told(stack), ...(code !== undefined && { code }) },
      depth,
    ) as object),
    ...(cause !== undefined && { cause: redact(cause, depth + 1) }),
  };
}

const redacted = winston.format((info) => {
  const clean = redact({ ...info }) as winston.Logform.TransformableInfo;
  for (const key of Reflect.ownKeys(info)) if (typeof key === 'symbol') clean[key] = info[key];
  return clean;
});

const withContext = winston.format((info) => {
  const context = currentContext();
  const span = trace.getActiveSpan()?.spanContext();
  if (context) Object.assign(info, { ...context, departure: undefined });
  if (span) Object.assign(info, { traceId: span.traceId, spanId: span.spanId });
  return info;
});

/** An application runs in its own folder; what does not has no version. */
function versionOf(): string {
  try {
    return (JSON.parse(readFileSync('package.json', 'utf8')) as { version?: string }).version ?? 'desconhecida';
  } catch {
    return 'desconhecida';
  }
}

const STARTING: ReadonlySet<unknown> = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory']);

/**
 * The process's logger: one JSON object a line on stdout, with correlation and trace ids, redacted. Also serves as
 * Nest's own logger.
 */
export class Logger implements LoggerService {
  private constructor(private readonly sink: winston.Logger) {}

  static create(service: string, level: string): Logger {
    return new Logger(
      winston.createLogger({
        level,
        defaultMeta: { service, version: versionOf() },
        format: winston.format.combine(withContext(), winston.format.timestamp(), redacted(), winston.format.json()),
        transports: [new winston.transports.Console({ forceConsole: false })],
      }),
    );
  }

  info(message: string, fields: Record<string, unknown> = {}): void {
    this.sink.info(message, fields);
  }

  /** What Nest tells of its own start, a line for each module, says nothing to anybody and is a part of that start. */
  log(message: unknown, ...rest: unknown[]): void {
    if (STARTING.has(rest.at(-1))) return;
    this.fromNest('info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.fromNest('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.fromNest('error', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.fromNest('debug', message, rest);
  }

  /** Resolves when everything that was logged has been written; nothing is logged afterwards. */
  end(): Promise<void> {
    return new Promise((resolve) => this.sink.once('finish', resolve).end());
  }

  /** Nest passes context and stack as trailing strings; our own code passes one object of fields. */
  private fromNest(level: string, message: unknown, rest: unknown[]): void {
    const fields: Record<string, unknown> = {};
    for (const item of rest) {
      if (item instanceof Error) fields['error'] = item;
      else if (item !== null && typeof item === 'object') Object.assign(fields, item);
      else if (typeof item === 'string') fields[item.includes('\n') ? 'stack' : 'context'] = item;
    }
    if (message instanceof Error) this.sink.log(level, message.message, { ...fields, error: message });
    else this.sink.log(level, typeof message === 'string' ? message : JSON.stringify(message), fields);
  }
}
