import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEdge } from '../../edge/nginx.ts';
import { alternate, percentile, ratios, spreadOf } from '../figures.ts';
import type { Call } from '../load/calls.ts';
import { spaceId } from '../occupations.ts';
import { Platform } from '../platform.ts';
import type { Place } from '../place.ts';
import type { Row, Scenario } from '../scenario.ts';
import { expectOnly } from '../waiting.ts';

/** Without the instance's offset; of nothing else. */
const port = 3_344;

/** What nginx with TLS and its filter of attacks adds to a request to bff-web, one client at a time. */
export const borda: Scenario = {
  title: 'A borda (nginx, TLS, ModSecurity com o CRS)',
  async run(place) {
    const platform = await Platform.of(place);
    const direct = platform.url('bff-web');
    const site = mkdtempSync(join(tmpdir(), 'site-'));
    writeFileSync(join(site, 'index.html'), '<!doctype html>');
    const edge = await startEdge({
      gateways: [new URL(direct).host],
      port: port + place.portOffset,
      site,
      limits: false,
    });
    const through = `https://127.0.0.1:${edge.port}`;
    const token = await platform.clientela.newToken('CLIENTE');
    const headers = {
      authorization: `Bearer ${token}`,
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      accept: 'application/json',
      'accept-language': 'pt-BR,pt;q=0.9',
    };
    try {
      return {
        rows: [
          await compare(place, edge.ca, 'catalogo', 'uma página do catálogo', '/v1/espacos?limite=20', {
            direct,
            through,
            headers,
          }),
          await compare(place, edge.ca, 'espaco', 'um espaço', `/v1/espacos/${spaceId(0)}`, {
            direct,
            through,
            headers,
          }),
          await compare(place, edge.ca, 'reservas', 'as reservas de uma pessoa', '/v1/reservas', {
            direct,
            through,
            headers,
          }),
        ],
      };
    } finally {
      await edge.stop();
      rmSync(site, { recursive: true });
    }
  },
};

interface Ways {
  direct: string;
  through: string;
  headers: Record<string, string>;
}

async function compare(place: Place, ca: string, name: string, title: string, path: string, ways: Ways): Promise<Row> {
  const load = await place.load();
  const count = place.quick ? 60 : 200;
  /** The median of so many, ms. */
  const latency = async (base: string): Promise<number> => {
    const call: Call = { method: 'GET', url: `${base}${path}`, headers: ways.headers };
    const secure = base.startsWith('https:') ? { ca } : {};
    const outcome = await load.run({
      calls: Array.from({ length: count }, () => call),
      pace: { clients: 1 },
      ...secure,
    });
    expectOnly(outcome, '200');
    return percentile(outcome.latenciesMs, 0.5);
  };
  await latency(ways.direct);
  await latency(ways.through);
  const measured = await alternate(place.rounds, {
    direct: () => latency(ways.direct),
    through: () => latency(ways.through),
  });
  place.progress(`borda, ${title}: medida`);
  return {
    id: `borda-${name}`,
    title: `${title}: mediana pelo nginx ÷ direto ao bff-web`,
    unit: '',
    better: 'lower',
    must: 1.25,
    goal: 1.1,
    measured: spreadOf(ratios(measured.through, measured.direct)),
    of: { ours: spreadOf(measured.through), floor: spreadOf(measured.direct), unit: 'ms' },
    bound: 'as regras do CRS, cada uma uma expressão sobre cada parte do pedido',
    next: 'menos regras: as de linguagens que não há atrás, e as que o contrato já recusa',
  };
}
