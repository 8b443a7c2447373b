import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { apps } from '../apps.ts';
import { largestOffset } from '../cli/commands.mjs';
import { instanceFolder } from '../cli/paths.ts';
import { TrackedProcess } from '../processes/tracked-process.ts';
import { requireFreePorts, requireOwnOffset, serverPorts } from './ports.ts';

const running = `vizinha-${process.pid}`;
const portsAt = (offset: number): number[] => [
  ...apps.map(({ port }) => port + offset),
  ...Object.values(serverPorts(offset)),
];
const overlap = (a: number, b: number): boolean => portsAt(a).some((port) => portsAt(b).includes(port));
/** Of nobody else on this machine, or so it is hoped: what runs there is only asked about, never started. */
const offset = 20_000;

const refusal = async (work: Promise<void>): Promise<string> =>
  work.then(
    () => 'nothing',
    (error: Error) => error.message,
  );
const offered = (message: string): number => Number(/--port-offset (\d+)$/.exec(message)?.[1]);

describe('As portas de duas instâncias', () => {
  const claim = (portOffset: number): void =>
    TrackedProcess.recordSelf(join(instanceFolder(running), 'processos', 'comando'), 'comando', portOffset);
  afterEach(() => rmSync(instanceFolder(running), { recursive: true, force: true }));

  it.each([0, 1, 99, 100, 101, 199, 53, -100])(
    'se sobrepõem quando os deslocamentos diferem de %i: recusadas, nomeando a outra e um deslocamento livre',
    async (difference) => {
      claim(offset);
      const asked = offset + difference;
      expect(overlap(asked, offset)).toBe(true);
      const message = await refusal(requireOwnOffset({ instance: 'nova', portOffset: asked }));
      expect(message).toContain(`da instância ${running}, em execução com ${offset}`);
      expect(overlap(offered(message), offset)).toBe(false);
      expect(Math.abs(offered(message) - asked)).toBeLessThan(100);
    },
  );

  it('podem ficar lado a lado onde não dividem nenhuma, e uma instância não é vizinha de si mesma', async () => {
    claim(offset);
    await requireOwnOffset({ instance: 'nova', portOffset: offset + 50 });
    await requireOwnOffset({ instance: running, portOffset: offset });
  });

  it('são oferecidas dentro do que há', async () => {
    claim(largestOffset);
    const message = await refusal(requireOwnOffset({ instance: 'nova', portOffset: largestOffset }));
    expect(offered(message)).toBeLessThan(largestOffset);
  });
});

describe('Uma porta em uso', () => {
  let holder: Server | undefined;
  afterEach(() => {
    holder?.close();
    rmSync(instanceFolder(running), { recursive: true, force: true });
  });
  const hold = async (): Promise<number> => {
    holder = createServer();
    await new Promise<void>((resolve) => holder?.listen(0, '127.0.0.1', resolve));
    return (holder.address() as { port: number }).port;
  };

  it('é nomeada com o processo que a tem', async () => {
    const port = await hold();
    const message = await refusal(requireFreePorts({ auth: port }, { instance: 'nova', portOffset: offset }));
    expect(message).toContain(`${port} (auth): está com o processo ${process.pid}, "`);
    expect(offered(message)).not.toBe(offset);
  });

  it('é nomeada com a instância cujo processo a tem', async () => {
    const port = await hold();
    TrackedProcess.recordSelf(join(instanceFolder(running), 'processos', 'aplicacoes'), 'bff-web');
    const message = await refusal(requireFreePorts({ auth: port }, { instance: 'nova', portOffset: offset }));
    expect(message).toContain(`o processo ${process.pid} (bff-web da instância ${running})`);
  });
});
