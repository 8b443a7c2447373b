import { randomUUID } from 'node:crypto';
import { alternate, percentile, ratios, spreadOf } from '../figures.ts';
import { startFloor } from '../start-floor.ts';
import type { Call } from '../load/calls.ts';
import { type OwnService, startOwn } from '../own-service.ts';
import type { Place } from '../place.ts';
import type { Row, Scenario } from '../scenario.ts';
import { expectOnly } from '../waiting.ts';

const port = 3_344;
const people = 8;
const senha = 'o rato roeu a roupa do rei';
/** More clients log in than passwords are checked at once: there is always one that waits. */
const loggingIn = 8;
/** Of the other route, per second: an open loop, whatever the log-ins do. */
const perSecond = 50;

/** Who asks and who logs in: what it costs others. */
export const entradas: Scenario = {
  title: 'Tokens e entradas',
  async run(place) {
    return { rows: [...(await verifying(place)), ...(await loggingInMeanwhile(place))] };
  },
};

/** One application, two routes that answer the same: what the token of one of them adds. */
async function verifying(place: Place): Promise<Row[]> {
  const { TokenIssuer } = await import('@plataforma/testing');
  const issuer = await TokenIssuer.start();
  const floor = await startFloor('guarded-nest.ts', JSON.stringify(issuer.settings));
  const load = await place.load();
  try {
    const count = place.quick ? 500 : 2_000;
    const bearer = async (): Promise<Record<string, string>> => ({
      authorization: `Bearer ${await issuer.token(randomUUID())}`,
    });
    const known = await bearer();
    const p99 = async (path: string, headersOf: () => Promise<Record<string, string>>): Promise<number> => {
      const calls: Call[] = [];
      while (calls.length < count) calls.push({ method: 'GET', url: floor.url + path, headers: await headersOf() });
      const outcome = await load.run({ calls, pace: { clients: 1 } });
      expectOnly(outcome, '200');
      return percentile(outcome.latenciesMs, 0.99);
    };
    const sides = {
      none: () => p99('anyone', () => Promise.resolve({})),
      known: () => p99('whoever', () => Promise.resolve(known)),
      fresh: () => p99('whoever', bearer),
    };
    for (const side of Object.values(sides)) await side();
    const { none, ...measured } = await alternate(place.rounds, sides);
    place.progress('entradas: tokens conferidos');
    const row = (id: string, which: keyof typeof measured, title: string, bound: string, next: string): Row => ({
      id,
      title,
      unit: 'ms',
      better: 'lower',
      must: 0.2,
      goal: 0.1,
      measured: spreadOf(measured[which].map((value, round) => value - (none[round] ?? NaN))),
      of: { ours: spreadOf(measured[which]), floor: spreadOf(none), unit: 'ms' },
      bound,
      next,
    });
    return [
      row(
        'token-conhecido',
        'known',
        'o que conferir um token já visto acrescenta ao p99 de um pedido',
        'nada que se calcule: o token é achado entre os conferidos',
        'nada',
      ),
      row(
        'token-novo',
        'fresh',
        'o que conferir um token nunca visto acrescenta ao p99 de um pedido',
        'a verificação RS256 e a leitura do que o token diz, no laço do processo',
        'uma assinatura mais barata de conferir (EdDSA)',
      ),
    ];
  } finally {
    floor.stop();
    await issuer.stop();
  }
}

/** auth alone, where everybody logs in at once, and somebody who did before asks for their account. */
async function loggingInMeanwhile(place: Place): Promise<Row[]> {
  const auth = await startOwn(place, {
    service: 'auth',
    name: 'auth-entradas',
    port,
    settings: {
      JWKS_URL: `http://127.0.0.1:${port + place.portOffset}/.well-known/jwks.json`,
      AUTH_EXIGE_VERIFICACAO: 'false',
      REGISTROS_ENDERECO: '1000000',
      LOGIN_TENTATIVAS_CONTA: '1000000',
      LOGIN_TENTATIVAS_CONTA_TOTAL: '1000000',
      LOGIN_TENTATIVAS_ENDERECO: '1000000',
    },
  });
  try {
    const [load, crowd] = [await place.load(), await place.load('entradas')];
    const emails = Array.from({ length: people }, () => `${randomUUID()}@exemplo.com`);
    const post = (path: string, body: object): Call => ({
      method: 'POST',
      url: `${auth.url}${path}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const opened = emails.map((email) => post('/v1/usuarios', { nome: 'Pessoa do banco de provas', email, senha }));
    expectOnly(await load.run({ calls: opened, pace: { clients: 2 } }), '202');
    const logIns = emails.map((email) => post('/v1/sessoes', { email, senha }));
    const first = await load.run({ calls: logIns.slice(0, 1), pace: { clients: 1 }, keepBodies: true });
    expectOnly(first, '201');
    const { tokenAcesso } = JSON.parse(first.bodies[0] ?? '') as { tokenAcesso: string };

    const asking: Call = {
      method: 'GET',
      url: `${auth.url}/v1/usuarios/eu`,
      headers: { authorization: `Bearer ${tokenAcesso}` },
    };
    const dueMs = Array.from({ length: perSecond * place.seconds * 2 }, (_, index) => (index * 1_000) / perSecond);
    const p99 = async (): Promise<number> => {
      const outcome = await load.run({ calls: dueMs.map(() => asking), pace: { dueMs } });
      expectOnly(outcome, '200');
      return percentile(outcome.latenciesMs, 0.99);
    };
    const lags: number[] = [];
    const meanwhile = async (): Promise<number> => {
      // Without end: it is halted when the other has what it wants.
      const calls = Array.from({ length: 100_000 }, (_, index) => logIns[index % people] as Call);
      const crowded = crowd.run({ calls, pace: { clients: loggingIn } });
      await loopDelayMs(auth);
      const measured = await p99();
      lags.push(await loopDelayMs(auth));
      crowd.halt();
      expectOnly(await crowded, '201');
      return measured;
    };
    await p99();
    const measured = await alternate(place.rounds, { idle: p99, meanwhile });
    place.progress('entradas: medidas');
    return [
      {
        id: 'outra-rota-durante-entradas',
        title: 'p99 de outra rota do auth enquanto as entradas o saturam ÷ sem elas',
        unit: '',
        better: 'lower',
        must: 2,
        goal: 1.5,
        measured: spreadOf(ratios(measured.meanwhile, measured.idle)),
        of: { ours: spreadOf(measured.meanwhile), floor: spreadOf(measured.idle), unit: 'ms' },
        bound: 'os núcleos, que o argon2 ocupa por escolha; o laço só espera por um deles',
        next: 'um núcleo a mais, ou entradas numa instância só delas',
      },
      {
        id: 'laco-durante-entradas',
        title: 'atraso do laço de eventos do auth durante as entradas, p99',
        unit: 'ms',
        better: 'lower',
        measured: spreadOf(lags),
        bound: 'o argon2 anda nas linhas de execução do Node, e não no laço; isto contém o intervalo da amostra',
        next: 'nada: conferir uma senha não espera pelo laço',
      },
    ];
  } finally {
    await auth.close();
  }
}

/** Of the event loop since it was last asked for, p99. */
async function loopDelayMs({ url }: OwnService): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const [, seconds] = /^nodejs_eventloop_lag_p99_seconds(?:\{.*\})? (\S+)$/m.exec(text) ?? [];
  if (seconds === undefined) throw new Error('o auth não diz o atraso do laço de eventos');
  return Number(seconds) * 1_000;
}
