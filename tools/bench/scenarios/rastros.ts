import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { alternate, ratios, spreadOf } from '../figures.ts';
import { asAdmin, createSpaces } from '../occupations.ts';
import { type OwnService, startOwn } from '../own-service.ts';
import type { Place } from '../place.ts';
import { Clientela, tokenSettings } from '../clientela.ts';
import type { Scenario } from '../scenario.ts';
import { expectOnly } from '../waiting.ts';

const clients = 8;
const spaces = 200;
const ports = { off: 3_342, on: 3_343 };

/** What it costs to be traced: two reservas side by side, one of which exports spans. */
export const rastros: Scenario = {
  title: 'Rastros (OpenTelemetry)',
  async run(place) {
    const { TokenIssuer } = await import('@plataforma/testing');
    const issuer = await TokenIssuer.start();
    const collector = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const running: OwnService[] = [];
    const start = async (which: keyof typeof ports, endpoint: Record<string, string>): Promise<Side> => {
      const service = await startOwn(place, {
        service: 'reservas',
        name: `reservas-rastros-${which}`,
        port: ports[which],
        settings: { ...tokenSettings(issuer), ...endpoint },
        fill: (adminUrl) => asAdmin(adminUrl, (client) => createSpaces(client, spaces)),
      });
      running.push(service);
      return { url: service.url, clientela: new Clientela(issuer, spaces) };
    };
    try {
      const { port } = collector.address() as AddressInfo;
      const off = await start('off', {});
      const on = await start('on', { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
      return { rows: [await compare(place, off, on)] };
    } finally {
      await Promise.all(running.map((service) => service.close()));
      collector.closeAllConnections();
      collector.close();
      await issuer.stop();
    }
  },
};

interface Side {
  url: string;
  clientela: Clientela;
}

async function compare(place: Place, off: Side, on: Side) {
  const load = await place.load();
  const rate = async ({ url, clientela }: Side, count: number): Promise<number> => {
    const calls = await clientela.holds(url, count);
    const outcome = await load.run({ calls, pace: { clients } });
    expectOnly(outcome, '201');
    return (count / outcome.wallMs) * 1_000;
  };
  const warmUp = place.quick ? 100 : 300;
  await rate(on, warmUp);
  const count = Math.max(50, Math.round((await rate(off, warmUp)) * place.seconds));
  const measured = await alternate(place.rounds, { off: () => rate(off, count), on: () => rate(on, count) });
  place.progress('rastros: medidos');
  return {
    id: 'rastros-ligados',
    title: 'retenções por segundo com rastros ÷ sem rastros',
    unit: '',
    better: 'higher',
    must: 0.8,
    goal: 0.92,
    measured: spreadOf(ratios(measured.on, measured.off)),
    of: { ours: spreadOf(measured.on), floor: spreadOf(measured.off), unit: '/s' },
    bound: 'um trecho por instrução do banco e por chamada, criado e exportado no mesmo processo',
    next: 'amostragem, ou menos instruções por pedido',
  } as const;
}
