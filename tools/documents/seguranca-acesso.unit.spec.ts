import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { alcanca, escopos, papeisCom } from '@plataforma/contracts';
import { rotasDe, type Rota } from '@plataforma/platform';
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
  const send = ({ metodo, caminho }: Rota, token?: string, payload?: string) =>
    nest.inject({
      method: metodo as 'GET',
      url: caminho.replace(/:\w+/g, ID),
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(payload && { 'content-type': 'application/json' }),
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
    const expired = await issuer.token(ID, [...PAPEIS], { expiresIn: '-1m' });
    for (const token of [undefined, 'nenhum', expired])
      for (const route of closed) expect(await ask(route, token)).toMatch(/: 401$/);
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
