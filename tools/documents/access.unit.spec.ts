import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { alcanca, escopos, papeisCom } from '@plataforma/contracts';
import { rotasDe, type Rota } from '@plataforma/platform';
import { TokenIssuer } from '@plataforma/testing';
import { buildApplication, documented } from './applications.ts';

const PAPEIS = ['CLIENTE', 'ADMIN', 'OPERADOR'] as const;
const ID = '0192f0c4-0000-7000-8000-00000000000a';
type Nest = Awaited<ReturnType<typeof buildApplication>>['nest'];

describe.each(documented.map((app) => ({ app, name: app.name })))('O guarda de $name', ({ app }) => {
  let issuer: TokenIssuer;
  let nest: Nest;
  let routes: readonly Rota[];

  beforeAll(async () => {
    issuer = await TokenIssuer.start();
    ({ nest } = await buildApplication(app, 'src', { ...issuer.settings }));
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
  const ask = async ({ metodo, caminho }: Rota, token?: string): Promise<string> => {
    const { statusCode } = await nest.inject({
      method: metodo as 'GET',
      url: caminho.replace(/:\w+/g, ID),
      headers: { ...(token && { authorization: `Bearer ${token}` }) },
    });
    return `${metodo} ${caminho}: ${statusCode}`;
  };

  const restricted = () =>
    routes.flatMap((route) =>
      route.acesso === undefined || route.acesso === 'PUBLICO' || route.acesso === 'TOKEN_OPCIONAL'
        ? []
        : [{ route, direito: route.acesso }],
    );

  it('conhece as suas rotas', () => expect(routes.length).toBeGreaterThan(2));

  it('não deixa entrar ninguém sem token, nem com um ruim, onde é preciso um', async () => {
    const closed = routes.filter(({ acesso }) => acesso !== 'PUBLICO' && acesso !== 'TOKEN_OPCIONAL');
    const expired = await issuer.token(ID, [...PAPEIS], { expiresIn: '-1m' });
    for (const token of [undefined, 'nenhum', expired])
      for (const route of closed) expect(await ask(route, token)).toMatch(/: 401$/);
  });

  it('sabe de cada rota para quem é', () => expect(routes.filter(({ acesso }) => acesso === undefined)).toEqual([]));

  it('não deixa entrar papel a que a tabela não dá o que a rota pede', async () => {
    for (const { route, direito } of restricted())
      for (const papel of PAPEIS.filter((candidate) => papeisCom(direito)?.includes(candidate) === false))
        expect(await ask(route, await issuer.token(ID, [papel]))).toMatch(/: 403$/);
  });

  it('não deixa entrar uma chave de API sem o escopo, nem onde só pessoas entram', async () => {
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
});
