import { useState } from 'react';
import { PAGINAS } from '@plataforma/contracts/paginas';
import {
  Aviso,
  Botao,
  Campo,
  CampoDeSenha,
  data,
  Falha,
  fusoDaqui,
  hora,
  ResumoDeErros,
  useEnvio,
  useIdioma,
} from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../api.js';
import { talvezHajaSessao } from '../sessao.js';
import { NaoConfirmou, useConfirmacao } from '../confirmacao.js';
import { minhaConta, relerConta } from '../conta.js';
import { useTextos } from '../textos/index.js';
import { Apagar } from './dados.js';
import { Seguranca } from './seguranca.js';
import estilo from './telas.module.css';

export type Conta = NonNullable<ReturnType<typeof useConta>['data']>;
export const useConta = () => useQuery(minhaConta);

/** What could not be had just now is said, and asked for again; the rest is there. */
export function Falta({ deNovo }: { deNovo: () => void }) {
  const t = useTextos();
  return (
    <Aviso tom="espera" titulo={t('conta.falta')}>
      <div>
        <Botao forma="secundario" onClick={deNovo}>
          {t('falha.deNovo')}
        </Botao>
      </div>
    </Aviso>
  );
}

const IDAS = [
  [PAGINAS.sessoes, 'sessoes'],
  [PAGINAS.provedores, 'provedores'],
  [PAGINAS.chavesDeApi, 'chavesDeApi'],
  [PAGINAS.preferencias, 'preferencias'],
  [PAGINAS.exportacao, 'exportacao'],
] as const;

/** Who one is here, how that is proved, and the way to the rest. */
export function Conta() {
  const t = useTextos();
  const { data: conta, error, refetch } = useConta();
  const deNovo = (): void => void refetch();
  if (!conta) return error ? <Falha erro={error} deNovo={deNovo} /> : <p role="status">{t('conta.carregando')}</p>;
  const { usuario, fatores } = conta;
  return (
    <div className={estilo['coluna']}>
      <h1>{t('conta.titulo')}</h1>
      <dl className={estilo['pares']}>
        <div>
          <dt>{t('cadastro.nome')}</dt>
          <dd>{usuario.nome}</dd>
        </div>
        <div>
          <dt>{t('entrar.email')}</dt>
          <dd>
            {usuario.email}{' '}
            {usuario.emailVerificado === false && <Link to={PAGINAS.verificarEmail}>{t('conta.aVerificar')}</Link>}
            <MudarEmail />
          </dd>
        </div>
        <div>
          <dt>{t('entrar.senha')}</dt>
          <dd>
            <Link to={PAGINAS.senha}>{t('senha.mudar')}</Link>
          </dd>
        </div>
      </dl>
      {fatores ? <Seguranca fatores={fatores} /> : <Falta deNovo={deNovo} />}
      <nav aria-label={t('conta.mais')}>
        <h2>{t('conta.mais')}</h2>
        <ul className={estilo['idas']}>
          {IDAS.map(([para, nome]) => (
            <li key={para}>
              <Link to={para}>{t(`titulos.${nome}`)}</Link>
            </li>
          ))}
        </ul>
      </nav>
      <Apagar />
    </div>
  );
}

/** It changes once the new address is proved. */
function MudarEmail() {
  const t = useTextos();
  const { comConfirmacao, dialogo } = useConfirmacao();
  const { data: conta } = useConta();
  // Whoever only comes by a provider has none to say.
  const temSenha = conta?.provedores?.temSenha !== false;
  const [email, setEmail] = useState('');
  const [senha, setSenha] = useState('');
  const { ocupado, feito, campos, erro, enviar } = useEnvio(() =>
    comConfirmacao(() => api('POST /v1/usuarios/eu/email', { corpo: temSenha ? { email, senha } : { email } })),
  );
  return (
    <details>
      <summary>{t('conta.mudarEmail')}</summary>
      {feito ? (
        <p role="status">{t('conta.emailPedido')}</p>
      ) : (
        <form className={estilo['pilha']} onSubmit={(evento) => enviar(evento)}>
          <ResumoDeErros titulo={t('cadastro.erros')} erros={campos} />
          {erro !== undefined && !(erro instanceof NaoConfirmou) && <Falha erro={erro} />}
          <Campo
            rotulo={t('conta.emailNovo')}
            id="email"
            type="email"
            autoComplete="email"
            required
            erro={campos['email']}
            value={email}
            onChange={({ target }) => setEmail(target.value)}
          />
          {temSenha && (
            <CampoDeSenha rotulo={t('senha.atual')} id="senha" erro={campos['senha']} value={senha} mudar={setSenha} />
          )}
          <div>
            <Botao type="submit" forma="secundario" ocupado={ocupado}>
              {t('conta.mudarEmail')}
            </Botao>
          </div>
        </form>
      )}
      {dialogo}
    </details>
  );
}

/** Where one is logged in, and how to be so no more. */
export function Sessoes() {
  const t = useTextos();
  const idioma = useIdioma();
  const { data: conta, error, refetch } = useConta();
  const encerrar = useEnvio((id: string) => api('DELETE /v1/sessoes/:id', { parametros: { id } }), relerConta);
  const outras = useEnvio(
    () => api('POST /v1/sessoes/encerramento-geral', { corpo: { manterEsta: true } }),
    relerConta,
  );
  if (!conta)
    return error ? <Falha erro={error} deNovo={() => void refetch()} /> : <p role="status">{t('conta.carregando')}</p>;
  const falha = encerrar.falha ?? outras.falha;
  const quando = (instante: string): string =>
    `${data(instante, fusoDaqui(), idioma)}, ${hora(instante, fusoDaqui(), idioma)}`;
  return (
    <div className={estilo['coluna']}>
      <h1>{t('titulos.sessoes')}</h1>
      {falha !== undefined && <Falha erro={falha} />}
      {!conta.sessoes && <Falta deNovo={() => void refetch()} />}
      <ul className={estilo['itens']}>
        {conta.sessoes?.itens.map(({ id, atual, aparelho, rede, usadaEm, criadaEm }) => (
          <li key={id}>
            <div>
              <strong>{aparelho ?? t('sessoes.aparelho')}</strong> {atual && <em>{t('sessoes.esta')}</em>}
              <p className={estilo['suave']}>
                {t('sessoes.usada', { quando: quando(usadaEm) })} · {t('sessoes.desde', { quando: quando(criadaEm) })}
                {rede !== null && ` · ${rede}`}
              </p>
            </div>
            {!atual && (
              <Botao
                forma="secundario"
                ocupado={encerrar.ocupado}
                aria-label={t('sessoes.encerrarDe', { aparelho: aparelho ?? t('sessoes.aparelho') })}
                onClick={() => encerrar.enviar(undefined, id)}
              >
                {t('sessoes.encerrar')}
              </Botao>
            )}
          </li>
        ))}
      </ul>
      {(conta.sessoes?.itens.length ?? 0) > 1 && (
        <div>
          <Botao forma="perigo" ocupado={outras.ocupado} onClick={() => outras.enviar(undefined)}>
            {t('sessoes.outras')}
          </Botao>
        </div>
      )}
      <p role="status">{outras.feito && t('sessoes.acabaram')}</p>
    </div>
  );
}

/** The keys by which programs act for one, and the end of any that should not. */
export function ChavesDeApi() {
  const t = useTextos();
  const idioma = useIdioma();
  const {
    data: chaves,
    error,
    refetch,
  } = useQuery({
    queryKey: ['chaves-de-api'],
    queryFn: async () => (await api('GET /v1/chaves-de-api')).body.itens,
  });
  const revogar = useEnvio(
    (id: string) => api('DELETE /v1/chaves-de-api/:id', { parametros: { id } }),
    () => refetch(),
  );
  if (!chaves)
    return error ? <Falha erro={error} deNovo={() => void refetch()} /> : <p role="status">{t('conta.carregando')}</p>;
  const quando = (instante: string): string => data(instante, fusoDaqui(), idioma);
  return (
    <div className={estilo['coluna']}>
      <h1>{t('titulos.chavesDeApi')}</h1>
      <p>{t('chavesDeApi.paraQue')}</p>
      {revogar.falha !== undefined && <Falha erro={revogar.falha} />}
      {chaves.length === 0 && <p>{t('chavesDeApi.nenhuma')}</p>}
      <ul className={estilo['itens']}>
        {chaves.map(({ id, nome, usadaEm, expiraEm, escopos }) => (
          <li key={id}>
            <div>
              <strong>{nome}</strong>
              <p className={estilo['suave']}>
                {usadaEm === null ? t('chavesDeApi.nunca') : t('sessoes.usada', { quando: quando(usadaEm) })} ·{' '}
                {t('chavesDeApi.ate', { quando: quando(expiraEm) })} · {escopos.join(', ')}
              </p>
            </div>
            <Botao
              forma="perigo"
              ocupado={revogar.ocupado}
              aria-label={t('chavesDeApi.revogarDe', { nome })}
              onClick={() => revogar.enviar(undefined, id)}
            >
              {t('chavesDeApi.revogar')}
            </Botao>
          </li>
        ))}
      </ul>
      <p role="status">{revogar.feito && t('chavesDeApi.revogada')}</p>
    </div>
  );
}

/** By whom else one logs in. */
export function Provedores() {
  const t = useTextos();
  const idioma = useIdioma();
  const { comConfirmacao, dialogo } = useConfirmacao();
  const { data: conta, error, refetch } = useConta();
  const { data: todos = [] } = useQuery({
    queryKey: ['provedores'],
    queryFn: async () => (await api('GET /v1/provedores')).body.itens,
    staleTime: 300_000,
  });
  const ligar = useEnvio(async (provedor: string) => {
    const { body } = await comConfirmacao(() => api('POST /v1/usuarios/eu/provedores', { corpo: { provedor } }));
    talvezHajaSessao();
    location.assign(body.endereco);
  });
  const desligar = useEnvio(
    (provedor: string) =>
      comConfirmacao(() => api('POST /v1/usuarios/eu/provedores/:provedor/desligamento', { parametros: { provedor } })),
    relerConta,
  );
  if (!conta)
    return error ? <Falha erro={error} deNovo={() => void refetch()} /> : <p role="status">{t('conta.carregando')}</p>;
  const meus = conta.provedores?.itens ?? [];
  const livres = todos.filter(({ id }) => !meus.some(({ provedor }) => provedor === id));
  const falha = ligar.falha ?? desligar.falha;
  return (
    <div className={estilo['coluna']}>
      <h1>{t('titulos.provedores')}</h1>
      <p>{t('provedores.paraQue')}</p>
      {falha !== undefined && !(falha instanceof NaoConfirmou) && <Falha erro={falha} />}
      {!conta.provedores && <Falta deNovo={() => void refetch()} />}
      {meus.length + livres.length === 0 && conta.provedores && <p>{t('provedores.nenhum')}</p>}
      <ul className={estilo['itens']}>
        {meus.map(({ provedor, nome, ligadoEm }) => (
          <li key={provedor}>
            <div>
              <strong>{nome}</strong>
              <p className={estilo['suave']}>
                {t('provedores.desde', { quando: data(ligadoEm, fusoDaqui(), idioma) })}
              </p>
            </div>
            <Botao
              forma="secundario"
              ocupado={desligar.ocupado}
              aria-label={t('provedores.desligarDe', { nome })}
              onClick={() => desligar.enviar(undefined, provedor)}
            >
              {t('provedores.desligar')}
            </Botao>
          </li>
        ))}
        {livres.map(({ id, nome }) => (
          <li key={id}>
            <strong>{nome}</strong>
            <Botao
              forma="secundario"
              ocupado={ligar.ocupado}
              aria-label={t('provedores.ligarDe', { nome })}
              onClick={() => ligar.enviar(undefined, id)}
            >
              {t('provedores.ligar')}
            </Botao>
          </li>
        ))}
      </ul>
      {dialogo}
    </div>
  );
}
