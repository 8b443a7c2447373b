import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { alcanca, escopos, papeisCom } from '@plataforma/contracts';
import { Revogacoes, rotasDe, type Rota } from '@plataforma/platform';
import { TokenIssuer } from '@plataforma/testing';
import { buildApplication, documented } from './applications.ts';

const PAPEIS = ['CLIENTE', 'ADMIN', 'OPERADOR'] as const;
const ID = '0192f0c4-0000-7000-8000-00000000000a';
/** Nothing listens there, and nobody has to be asked where it is. */
const NADA = '127.0.0.1:1';
const nowhere = {
  DATABASE_URL: `postgres://documentacao@${NADA}/documentacao`,
  REDIS_URL: `redis://${NADA}`,
  RABBITMQ_URL: `amqp://${NADA}`,
  ...Object.fromEntries(
    ['AUTH', 'RESERVAS', 'PAGAMENTOS', 'NOTIFICACOES'].map((name) => [`${name}_URL`, `http://${NADA}`]),
  ),
};
type Nest = Awaited<ReturnType<typeof buildApplication>>['nest'];

describe.each(documented.map((app) => ({ app, name: app.name })))('O guarda de $name', ({ app }) => {
  let issuer: TokenIssuer;
  let nest: Nest;
  let routes: readonly Rota[];

  beforeAll(async () => {
    issuer = await TokenIssuer.start();
    ({ nest } = await buildApplication(app, 'src', { ...nowhere, ...issuer.settings }));
    routes = rotasDe(nest);
    // As `init` does, but nothing of it is started: what is asked here ends at the guard.
    await nest.getHttpAdapter().init?.();
    const core = nest as unknown as Record<'registerModules' | 'registerRouter', () => Promise<void>>;
    await core.registerModules();
    await core.registerRouter();
  });
  afterAll(async () => {
    await nest.close();
    await issuer.stop();
  });

  /** What is answered before anything behind the guard is asked: nothing is connected here. */
  const send = ({ metodo, caminho }: Rota, token?: string, payload?: string, more: Record<string, string> = {}) =>
    nest.inject({
      method: metodo as 'GET',
      url: caminho.replace(/:\w+/g, ID),
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(payload && { 'content-type': 'application/json' }),
        ...more,
      },
      ...(payload && { payload }),
    });
  const ask = async (route: Rota, token?: string): Promise<string> =>
    `${route.metodo} ${route.caminho}: ${(await send(route, token)).statusCode}`;

  const restricted = () =>
    routes.flatMap((route) =>
      route.acesso === undefined || route.acesso === 'PUBLICO' || route.acesso === 'TOKEN_OPCIONAL'
        ? []
        : [{ route, direito: route.acesso }],
    );

  it('conhece as suas rotas', () => expect(routes.length).toBeGreaterThan(2));

  it('13: não deixa entrar ninguém sem token, nem com um ruim, onde é preciso um', async () => {
    const closed = routes.filter(({ acesso }) => acesso !== 'PUBLICO' && acesso !== 'TOKEN_OPCIONAL');
    const bad = [
      { expiresIn: '-1m' },
      { claims: { aud: 'outra-plataforma' } },
      { claims: { iss: 'https://outro.exemplo.com' } },
      { claims: { nbf: Math.floor(Date.now() / 1000) + 600 } },
      { header: { typ: 'JWT' } },
    ];
    const tokens = await Promise.all(bad.map((overrides) => issuer.token(ID, [...PAPEIS], overrides)));
    for (const token of [undefined, 'nenhum', ...tokens])
      for (const route of closed) expect(await ask(route, token)).toMatch(/: 401$/);
  });

  it('22: não deixa entrar em rota nenhuma quem tem um token de uma sessão encerrada', async () => {
    const sid = randomUUID();
    const token = await issuer.token(ID, [...PAPEIS], {
      claims: { sid, auth_time: Math.floor(Date.now() / 1000) },
    });
    nest.get(Revogacoes).add(sid, new Date(Date.now() + 600_000));
    for (const { route } of restricted()) {
      const { statusCode, body } = await send(route, token);
      expect([route.caminho, statusCode, body]).toEqual([
        route.caminho,
        401,
        expect.stringContaining('"auth.sessao-encerrada"'),
      ]);
    }
  });

  it('27: não crê no que um pedido diz de si em cabeçalhos', async () => {
    const said = {
      'x-user-id': ID,
      'x-user-roles': PAPEIS.join(),
      'x-authenticated-userid': ID,
      'x-consumer-username': 'admin',
      'x-forwarded-user': ID,
      'x-forwarded-for': '127.0.0.1',
      'x-original-url': '/health/live',
      'x-rewrite-url': '/health/live',
      'x-http-method-override': 'GET',
    };
    for (const { route, direito } of restricted()) {
      expect([route.caminho, (await send(route, undefined, undefined, said)).statusCode]).toEqual([route.caminho, 401]);
      const papel = PAPEIS.find((candidate) => papeisCom(direito)?.includes(candidate) === false);
      if (papel === undefined) continue;
      const { statusCode } = await send(route, await issuer.token(ID, [papel]), undefined, said);
      expect([route.caminho, statusCode]).toEqual([route.caminho, 403]);
    }
  });

  it('30: não lê um corpo sem fim, em rota nenhuma que toma um', async () => {
    const token = await issuer.token(ID, [...PAPEIS], { claims: { auth_time: Math.floor(Date.now() / 1000) } });
    // Of what may be longer than bodies are, such as photos, its route says how long.
    const huge = JSON.stringify({ a: 'x'.repeat(600_000) });
    for (const route of routes.filter(({ metodo }) => metodo !== 'GET')) {
      const most = route.corpoMaximoBytes;
      const { statusCode } = await send(route, token, most === undefined ? huge : 'x'.repeat(most + 1));
      expect([route.metodo, route.caminho, statusCode]).toEqual([route.metodo, route.caminho, 413]);
    }
  });

  it('sabe de cada rota para quem é', () => expect(routes.filter(({ acesso }) => acesso === undefined)).toEqual([]));

  it('25: não deixa entrar papel a que a tabela não dá o que a rota pede', async () => {
    for (const { route, direito } of restricted())
      for (const papel of PAPEIS.filter((candidate) => papeisCom(direito)?.includes(candidate) === false))
        expect(await ask(route, await issuer.token(ID, [papel]))).toMatch(/: 403$/);
  });

  it('25: deixa entrar cada papel a que a tabela o dá', async () => {
    for (const { route, direito } of restricted())
      for (const papel of PAPEIS.filter((candidate) => papeisCom(direito)?.includes(candidate) !== false)) {
        const { body } = await send(route, await issuer.token(ID, [papel]));
        expect([route.caminho, papel, body]).toEqual([
          route.caminho,
          papel,
          expect.not.stringMatching(/"auth\.(sem-|token-|conf)/),
        ]);
      }
  });

  it('25: não deixa entrar uma chave de API sem o escopo, nem onde só pessoas entram', async () => {
    for (const { route, direito } of restricted()) {
      const outros = escopos.filter((escopo) => !alcanca([escopo], direito));
      const token = await issuer.token(ID, [...PAPEIS], { claims: { escopos: outros, limite: 10_000 } });
      expect(await ask(route, token)).toMatch(/: 403$/);
    }
  });

  it('não deixa fazer o que exige confirmação a quem se provou há mais de cinco minutos, ou não se sabe quando', async () => {
    const antes = Math.floor(Date.now() / 1000) - 310;
    for (const route of routes.filter(({ exigeConfirmacao }) => exigeConfirmacao))
      for (const auth_time of [antes, undefined])
        expect(await ask(route, await issuer.token(ID, [...PAPEIS], { claims: { auth_time } }))).toMatch(/: 403$/);
  });

  it('31: nada do que responde diz onde no código foi, falhe o que falhar atrás dela', async () => {
    // Whoever may everything gets past the guard, and behind it nothing is connected.
    const token = await issuer.token(ID, [...PAPEIS], { claims: { auth_time: Math.floor(Date.now() / 1000) } });
    const respostas = await Promise.all(
      routes
        .filter(({ caminho }) => caminho !== '/metrics')
        .flatMap((route) => ['{}', '{"a":', undefined].map((payload) => send(route, token, payload))),
    );
    expect(respostas.some(({ statusCode }) => statusCode >= 500)).toBe(true);
    for (const { body } of respostas)
      expect(body).not.toMatch(/"stack"|node_modules|\.(?:ts|js):\d+|\bat [A-Z]\w+ ?[.(]|127\.0\.0\.1/);
  });
});
