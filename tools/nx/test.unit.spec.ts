import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { TaskResult } from './batch.ts';
import test, { runnerVariable } from './test.ts';

const cleanUps: (() => void)[] = [];
afterEach(() => {
  cleanUps.splice(0).forEach((cleanUp) => cleanUp());
  delete process.env[runnerVariable];
});

async function listen(runner: RequestListener): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'runner-'));
  const server = createServer(runner);
  cleanUps.push(
    () => server.close(),
    () => rmSync(folder, { recursive: true, force: true }),
  );
  const socket = join(folder, 'runner');
  await new Promise<void>((listening) => server.listen(socket, listening));
  process.env[runnerVariable] = socket;
}

const tasks = {
  '@plataforma/bff:test': { projectRoot: 'libs/bff' },
  '@plataforma/platform:test': { projectRoot: 'libs/platform' },
  'e2e:test': { projectRoot: 'e2e' },
};
async function results(): Promise<TaskResult[]> {
  const all: TaskResult[] = [];
  for await (const result of test({ tasks })) all.push(result);
  return all;
}

describe('O executor dos testes', () => {
  it('pede ao npm test os projetos que mudaram, e só dá por certo o que ele diz que deu', async () => {
    let asked: unknown;
    const bff = { project: 'libs/bff', passed: 3, failed: 0, skipped: 0, success: true };
    const platform = { project: 'libs/platform', passed: 2, failed: 1, skipped: 0, success: false };
    await listen((request, response) => {
      void json(request).then((projects) => {
        asked = projects;
        response.end(JSON.stringify([bff, platform]));
      });
    });
    expect(await results()).toEqual([
      { task: '@plataforma/bff:test', result: { success: true, terminalOutput: JSON.stringify(bff) } },
      { task: '@plataforma/platform:test', result: { success: false, terminalOutput: JSON.stringify(platform) } },
      { task: 'e2e:test', result: { success: false, terminalOutput: 'null' } },
    ]);
    expect(asked).toEqual(['libs/bff', 'libs/platform', 'e2e']);
  });

  it('não dá nada por certo quando os testes não chegam ao fim, ou quem os roda se vai', async () => {
    await listen((_, response) => void response.writeHead(500).end());
    await expect(results()).rejects.toThrow('não chegaram ao fim');
    await listen((request) => void request.socket.destroy());
    await expect(results()).rejects.toThrow();
  });

  it('recusa-se sem quem os rode', async () => {
    await expect(results()).rejects.toThrow('npm test');
  });
});
