/** Nest on Fastify with the platform's guard: one route for anyone, one for whoever has a token; the same answer. Ends with its parent. */
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AuthGuard, Permite, TokenVerifier, type TokenSettings } from '@plataforma/platform';

process.on('disconnect', () => process.exit(0));
const settings = JSON.parse(process.argv[2] ?? '') as TokenSettings;

/** Decorators are called, not written: this file runs as it is, and Node only strips types. */
class Answers {
  anyone() {
    return { ok: true };
  }
  whoever() {
    return { ok: true };
  }
}
Controller()(Answers);
for (const [name, acesso] of [
  ['anyone', 'PUBLICO'],
  ['whoever', 'conta.usar'],
] as const) {
  const method = Object.getOwnPropertyDescriptor(Answers.prototype, name) as PropertyDescriptor;
  Get(name)(Answers.prototype, name, method);
  Permite(acesso)(Answers.prototype, name, method);
}
class Guarded {}
Module({ controllers: [Answers] })(Guarded);

const app = await NestFactory.create<NestFastifyApplication>(Guarded, new FastifyAdapter(), { logger: false });
app.useGlobalGuards(new AuthGuard(new Reflector(), new TokenVerifier(settings)));
await app.listen(0, '127.0.0.1');
process.send?.(Number(new URL(await app.getUrl()).port));
