import { useState } from 'react';
import { PAGINAS } from '@plataforma/contracts/paginas';
import {
  Aviso,
  Botao,
  CampoDeSenha,
  comoProblema,
  consultas,
  data,
  Dialogo,
  Falha,
  fusoDaqui,
  hora,
  useDoLink,
  useEnvio,
  useIdioma,
} from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../api.js';
import { entregar } from '../calendario.js';
import { elevarPorSenha, NaoConfirmou, useConfirmacao } from '../confirmacao.js';
import { minhaConta } from '../conta.js';
import { acabou, useSessao } from '../sessao.js';
import { useTextos } from '../textos/index.js';
import estilo from './telas.module.css';

/** All that is known of one: asked for by whoever is logged in, fetched by whoever has the letter. */
export function Exportacao() {
  const t = useTextos();
  const codigo = useDoLink('token');
  const { estado } = useSessao();
  const baixar = useEnvio(async () => {
    const { body } = await api('POST /v1/exportacoes/arquivo', { corpo: { codigo: codigo ?? '' } });
    if (body instanceof Blob) entregar(body, 'meus-dados.zip');
  });
  return (
    <div className={estilo['coluna']}>
      <h1>{t('titulos.exportacao')}</h1>
      <p>{t('exportacao.detalhe')}</p>
      {codigo !== undefined && (
        <section className={estilo['folha']}>
          {baixar.falha !== undefined && <Falha erro={baixar.falha} />}
          <div>
            <Botao ocupado={baixar.ocupado} onClick={() => baixar.enviar(undefined)}>
              {t('exportacao.baixar')}
            </Botao>
          </div>
        </section>
      )}
      {estado === 'ABERTA' && <Pedidos />}
    </div>
  );
}

function Pedidos() {
  const t = useTextos();
  const idioma = useIdioma();
  const { data: pedidas, error } = useQuery({
    queryKey: ['exportacoes'],
    queryFn: async () => (await api('GET /v1/conta/exportacoes')).body.itens,
    refetchInterval: ({ state }) => (state.data?.some(({ estado }) => estado === 'REUNINDO') ? 5_000 : false),
  });
  const pedir = useEnvio(
    () => api('POST /v1/conta/exportacoes'),
    () => consultas.invalidateQueries({ queryKey: ['exportacoes'] }),
  );
  return (
    <section className={estilo['pilha']}>
      {(pedir.falha ?? error) && <Falha erro={pedir.falha ?? error} />}
      <div>
        <Botao forma="secundario" ocupado={pedir.ocupado} onClick={() => pedir.enviar(undefined)}>
          {t('exportacao.pedir')}
        </Botao>
      </div>
      <ul className={estilo['itens']} aria-live="polite">
        {pedidas?.map(({ id, estado, pedidoEm }) => (
          <li key={id}>
            <span>
              {data(pedidoEm, fusoDaqui(), idioma)}, {hora(pedidoEm, fusoDaqui(), idioma)}
            </span>
            <span>{t(`exportacao.estados.${estado}`)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** For good: what goes and what must stay is said first. */
export function Apagar() {
  const t = useTextos();
  const navegar = useNavigate();
  const { comConfirmacao, dialogo } = useConfirmacao();
  // Whoever only comes by a provider has none to say.
  const temSenha = useQuery(minhaConta).data?.provedores?.temSenha !== false;
  const [aberto, setAberto] = useState(false);
  const [senha, setSenha] = useState('');
  const { ocupado, campos, erro, enviar } = useEnvio(
    async () => {
      // What was typed is not asked for twice; whoever has a second factor proves that.
      if (temSenha)
        await elevarPorSenha(senha).catch((erro: unknown) => {
          if (comoProblema(erro).code !== 'auth.fator-exigido') throw erro;
        });
      return comConfirmacao(async () => (await api('DELETE /v1/conta', { corpo: temSenha ? { senha } : {} })).body);
    },
    async ({ comprovante }) => {
      acabou();
      await navegar({ to: PAGINAS.comprovante, hash: `token=${comprovante}` });
    },
  );
  return (
    <section className={estilo['pilha']}>
      <h2>{t('apagar.titulo')}</h2>
      <p>{t('apagar.detalhe')}</p>
      <div>
        <Botao forma="perigo" onClick={() => setAberto(true)}>
          {t('apagar.apagar')}
        </Botao>
      </div>
      {aberto && (
        <Dialogo
          titulo={t('apagar.mesmo')}
          fechar={() => setAberto(false)}
          acoes={
            <>
              <Botao forma="perigo" type="submit" form="apagar" ocupado={ocupado}>
                {t('apagar.sim')}
              </Botao>
              <Botao forma="secundario" onClick={() => setAberto(false)}>
                {t('apagar.nao')}
              </Botao>
            </>
          }
        >
          {erro !== undefined && !(erro instanceof NaoConfirmou) && <Falha erro={erro} />}
          <p>{t('apagar.semVolta')}</p>
          <form id="apagar" onSubmit={(evento) => enviar(evento)}>
            {temSenha && (
              <CampoDeSenha rotulo={t('senha.atual')} erro={campos['senha']} value={senha} mudar={setSenha} />
            )}
          </form>
        </Dialogo>
      )}
      {dialogo}
    </section>
  );
}

/** What became of an account that is gone, to whoever has the code. */
export function Comprovante() {
  const t = useTextos();
  const comprovante = useDoLink('token');
  const { data: lido, error } = useQuery({
    queryKey: ['comprovante', comprovante],
    enabled: comprovante !== undefined,
    queryFn: async () =>
      (await api('POST /v1/apagamentos/comprovante', { corpo: { comprovante: comprovante ?? '' } })).body,
    refetchInterval: ({ state }) => (state.data && !state.data.encerradoEm ? 5_000 : false),
  });
  return (
    <div className={estilo['coluna']}>
      <h1>{t('comprovante.titulo')}</h1>
      {comprovante === undefined && <p>{t('senha.semLink')}</p>}
      {error && !lido && <Falha erro={error} />}
      {comprovante !== undefined && (
        <Aviso titulo={t('comprovante.guarde')}>
          <p>
            <code className={estilo['segredo']}>{comprovante}</code>
          </p>
        </Aviso>
      )}
      {lido && (
        <>
          <p role="status">{t(`comprovante.estados.${lido.estado}`)}</p>
          {(['apagado', 'mantido'] as const).map(
            (qual) =>
              lido[qual].length > 0 && (
                <section key={qual} className={estilo['pilha']}>
                  <h2>{t(`comprovante.${qual}`)}</h2>
                  <ul>
                    {lido[qual].map(({ servico, tipo, quantidade, motivo, ate }) => (
                      <li key={`${servico} ${tipo}`}>
                        {quantidade} {tipo}
                        {[motivo, ate].filter(Boolean).map((dito) => `, ${dito}`)}
                      </li>
                    ))}
                  </ul>
                </section>
              ),
          )}
        </>
      )}
    </div>
  );
}
