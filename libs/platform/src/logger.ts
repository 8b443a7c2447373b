import type { LoggerService } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import winston from 'winston';
import { currentContext } from './request-context.js';

const SENSITIVE_KEY =
  /senha|password|secret|token|authorization|cookie|e-?mail|telefone|phone|cpf|cnpj|nome_?completo|nomeCliente|destinatario|card|cvc|assinatura|chave_?(privada|mestra)/i;
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[jwt]'],
  [/\b(sk|rk|pk|whsec)_[A-Za-z0-9_]{6,}/g, '[chave]'],
  [/\bpi_\w+_secret_\w+/g, '[segredo]'],
  [/[\w.+-]+@[\w-]+\.[\w.-]+/g, '[email]'],
  [/\b\d(?:[ -]?\d){12,18}\b/g, '[numero]'],
  [/([a-z]+:\/\/[^:/\s]+:)[^@/\s]+@/g, '$1[senha]@'],
];
const MAX_DEPTH = 8;

/** A copy of `value` without personal data and secrets, whatever their depth, by key and by pattern. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return PATTERNS.reduce((text, [pattern, mask]) => text.replace(pattern, mask), value);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  if (depth >= MAX_DEPTH) return '[profundo]';
  if (value instanceof Error) return redact({ name: value.name, message: value.message, stack: value.stack }, depth);
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, SENSITIVE_KEY.test(key) ? '[redigido]' : redact(item, depth + 1)]),
  );
}

const redacted = winston.format((info) => {
  const clean = redact({ ...info }) as winston.Logform.TransformableInfo;
  for (const key of Reflect.ownKeys(info)) if (typeof key === 'symbol') clean[key] = info[key];
  return clean;
});

const withContext = winston.format((info) => {
  const context = currentContext();
  const span = trace.getActiveSpan()?.spanContext();
  if (context) Object.assign(info, context);
  if (span) Object.assign(info, { traceId: span.traceId, spanId: span.spanId });
  return info;
});

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
        defaultMeta: { service },
        format: winston.format.combine(withContext(), winston.format.timestamp(), redacted(), winston.format.json()),
        transports: [new winston.transports.Console({ forceConsole: false })],
      }),
    );
  }

  info(message: string, fields: Record<string, unknown> = {}): void {
    this.sink.info(message, fields);
  }

  log(message: unknown, ...rest: unknown[]): void {
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
