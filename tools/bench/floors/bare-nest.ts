/** Nest on Fastify and nothing else: one route that answers a fixed JSON of so many bytes. Ends with its parent. */
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

process.on('disconnect', () => process.exit(0));
const bytes = Number(process.argv[2]);
const body = { texto: 'x'.repeat(Math.max(0, bytes - JSON.stringify({ texto: '' }).length)) };

/** Decorators are called, not written: this file runs as it is, and Node only strips types. */
class Fixed {
  answer() {
    return body;
  }
}
Controller()(Fixed);
Get()(Fixed.prototype, 'answer', Object.getOwnPropertyDescriptor(Fixed.prototype, 'answer') as PropertyDescriptor);
class Bare {}
Module({ controllers: [Fixed] })(Bare);

const app = await NestFactory.create<NestFastifyApplication>(Bare, new FastifyAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');
process.send?.(Number(new URL(await app.getUrl()).port));
