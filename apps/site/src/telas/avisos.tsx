import { type FormEvent, useState } from 'react';
import type { ConsentimentoHttp, PreferenciasHttp } from '@plataforma/contracts';
import { PAGINAS } from '@plataforma/contracts/paginas';
import {
  Aviso,
  Botao,
  Campo,
  classeDeBotao,
  consultas,
  Escolha,
  Falha,
  fusoDaqui,
  IDIOMAS,
  NOMES_DE_IDIOMAS,
  useDoLink,
  useEnvio,
  useIdioma,
} from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../api.js';
import { relerConta } from '../conta.js';
import { desinscrever, destinoDaqui, inscrever, inscricaoDaqui, lembrarDestino } from '../instalacao.js';
import { useTextos } from '../textos/index.js';
import { Falta, useConta } from './conta.js';
import estilo from './telas.module.css';

const CANAIS = ['EMAIL', 'SMS', 'PUSH'] as const;
const ASSUNTOS = ['RESERVAS', 'LEMBRETES', 'PAGAMENTOS', 'NOVIDADES', 'PESQUISAS'] as const;
/** What a person must be able to count on is told by e-mail in any case. */
const sempre = (canal: string, assunto: string): boolean =>
  canal === 'EMAIL' && /^(RESERVAS|PAGAMENTOS)$/.test(assunto);

/** How and when one is written to, and what one agreed to. */
export function Preferencias() {
  const t = useTextos();
  const { data: conta, error, refetch } = useConta();
  const deNovo = (): void => void refetch();
  if (!conta) return error ? <Falha erro={error} deNovo={deNovo} /> : <p role="status">{t('conta.carregando')}</p>;
  return (
    <div className={estilo['coluna']}>
      <h1>{t('titulos.preferencias')}</h1>
      {conta.preferencias ? <Escolher inicial={conta.preferencias} /> : <Falta deNovo={deNovo} />}
      <Destinos />
      <section className={estilo['pilha']}>
        <h2>{t('consentimentos.titulo')}</h2>
        {conta.consentimentos ? (
          conta.consentimentos.itens.map((um) => <Consentimento key={um.finalidade} {...um} />)
        ) : (
          <Falta deNovo={deNovo} />
        )}
      </section>
    </div>
  );
}

function Escolher({ inicial }: { inicial: PreferenciasHttp }) {
  const t = useTextos();
  const [escolhas, setEscolhas] = useState(inicial);
  const { ocupado, feito, erro, campos, enviar } = useEnvio(
    () => api('PUT /v1/avisos/preferencias', { corpo: escolhas }),
    relerConta,
  );
  const { silencio, desligados } = escolhas;
  const desligado = (canal: string, assunto: string): boolean =>
    desligados.some((um) => um.canal === canal && um.assunto === assunto);
  const alternar = (canal: (typeof CANAIS)[number], assunto: (typeof ASSUNTOS)[number], quer: boolean): void =>
    setEscolhas({
      ...escolhas,
      desligados: desligados
        .filter((um) => um.canal !== canal || um.assunto !== assunto)
        .concat(quer ? [] : [{ canal, assunto }]),
    });
  const calar = (novo: Partial<NonNullable<typeof silencio>> | null): void =>
    setEscolhas({
      ...escolhas,
      silencio: novo && { de: '22:00', ate: '07:00', fuso: fusoDaqui(), ...silencio, ...novo },
    });
  return (
    <form className={estilo['pilha']} onSubmit={(evento: FormEvent) => enviar(evento)}>
      {erro !== undefined && <Falha erro={erro} />}
      <table className={estilo['grade']}>
        <caption>{t('preferencias.oque')}</caption>
        <thead>
          <tr>
            <td />
            {CANAIS.map((canal) => (
              <th key={canal} scope="col">
                {t(`canais.${canal}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ASSUNTOS.map((assunto) => (
            <tr key={assunto}>
              <th scope="row">{t(`assuntos.${assunto}`)}</th>
              {CANAIS.map((canal) => (
                <td key={canal}>
                  <label>
                    <input
                      type="checkbox"
                      aria-label={`${t(`assuntos.${assunto}`)}, ${t(`canais.${canal}`)}`}
                      checked={!desligado(canal, assunto)}
                      disabled={sempre(canal, assunto)}
                      onChange={({ target }) => alternar(canal, assunto, target.checked)}
                    />
                  </label>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className={estilo['suave']}>{t('preferencias.sempre')}</p>
      <label className={estilo['marcar']}>
        <input
          type="checkbox"
          checked={silencio !== null}
          onChange={({ target }) => calar(target.checked ? {} : null)}
        />
        {t('preferencias.silencio')}
      </label>
      {silencio && (
        <div className={estilo['lado']}>
          <Campo
            rotulo={t('preferencias.de')}
            type="time"
            required
            value={silencio.de}
            onChange={({ target }) => calar({ de: target.value })}
          />
          <Campo
            rotulo={t('preferencias.ate')}
            type="time"
            required
            erro={campos['silencio.ate']}
            value={silencio.ate}
            onChange={({ target }) => calar({ ate: target.value })}
          />
          <p className={estilo['suave']}>{t('preferencias.fuso', { fuso: silencio.fuso })}</p>
        </div>
      )}
      <Escolha
        rotulo={t('preferencias.idioma')}
        value={escolhas.idioma ?? ''}
        onChange={({ target }) =>
          setEscolhas({ ...escolhas, idioma: IDIOMAS.find((um) => um === target.value) ?? null })
        }
      >
        <option value="">{t('preferencias.daConta')}</option>
        {IDIOMAS.map((um) => (
          <option key={um} value={um} lang={um}>
            {NOMES_DE_IDIOMAS[um]}
          </option>
        ))}
      </Escolha>
      <div className={estilo['linha']}>
        <Botao type="submit" ocupado={ocupado}>
          {t('preferencias.guardar')}
        </Botao>
        <span role="status">{feito && !ocupado && t('preferencias.guardadas')}</span>
      </div>
    </form>
  );
}

/** A telephone, once its code came back; devices that were told of elsewhere can be forgotten here. */
function Destinos() {
  const t = useTextos();
  const [numero, setNumero] = useState('');
  const [codigo, setCodigo] = useState('');
  const { data: destinos, error } = useQuery({
    queryKey: ['destinos'],
    queryFn: async () => (await api('GET /v1/destinos')).body.itens,
  });
  const reler = (): Promise<void> => consultas.invalidateQueries({ queryKey: ['destinos'] });
  const informar = useEnvio(
    () => api('PUT /v1/destinos/telefone', { corpo: { numero: numero.replace(/[^+\d]/g, '') } }),
    reler,
  );
  const verificar = useEnvio(
    (id: string) =>
      api('POST /v1/destinos/:id/verificacao', { parametros: { id }, corpo: { codigo: codigo.replace(/\s/g, '') } }),
    () => {
      setCodigo('');
      return reler();
    },
  );
  const remover = useEnvio((id: string) => api('DELETE /v1/destinos/:id', { parametros: { id } }), reler);
  const falha = informar.erro ?? verificar.erro ?? remover.erro ?? error;
  const esperando = destinos?.find(({ meio, verificado }) => meio === 'TELEFONE' && !verificado);
  return (
    <section className={estilo['pilha']}>
      <h2>{t('destinos.titulo')}</h2>
      {falha && <Falha erro={falha} />}
      <NesteNavegador reler={reler} />
      {destinos && destinos.length > 0 && (
        <ul className={estilo['itens']}>
          {destinos.map(({ id, meio, nome, numero: dito, verificado }) => (
            <li key={id}>
              <span>
                {t(`destinos.meios.${meio}`)}: {dito ?? nome} {!verificado && t('destinos.aVerificar')}
              </span>
              <Botao
                forma="secundario"
                ocupado={remover.ocupado}
                aria-label={t('destinos.tirarDe', { nome: dito ?? nome })}
                onClick={() => remover.enviar(undefined, id)}
              >
                {t('destinos.tirar')}
              </Botao>
            </li>
          ))}
        </ul>
      )}
      {esperando && (
        <form className={estilo['pilha']} onSubmit={(evento) => verificar.enviar(evento, esperando.id)}>
          <Campo
            rotulo={t('destinos.codigo')}
            required
            inputMode="numeric"
            autoComplete="one-time-code"
            erro={verificar.campos['codigo']}
            value={codigo}
            onChange={({ target }) => setCodigo(target.value)}
          />
          <div>
            <Botao type="submit" ocupado={verificar.ocupado}>
              {t('destinos.verificar')}
            </Botao>
          </div>
        </form>
      )}
      <form className={estilo['pilha']} onSubmit={(evento) => informar.enviar(evento)}>
        <Campo
          rotulo={t('destinos.telefone')}
          type="tel"
          autoComplete="tel"
          required
          dica={t('destinos.telefoneDica')}
          erro={informar.campos['numero']}
          value={numero}
          onChange={({ target }) => setNumero(target.value)}
        />
        <div>
          <Botao type="submit" forma="secundario" ocupado={informar.ocupado}>
            {t('destinos.mandarCodigo')}
          </Botao>
        </div>
      </form>
    </section>
  );
}

/** Notices by this browser, also while no page is open: asked for by whoever wants them, and as easily turned off. */
function NesteNavegador({ reler }: { reler: () => Promise<void> }) {
  const t = useTextos();
  const [negado, setNegado] = useState(false);
  const { data: daqui, refetch } = useQuery({
    queryKey: ['destinos', 'navegador'],
    queryFn: async () => {
      const [inscricao, { body }] = await Promise.all([inscricaoDaqui(), api('GET /v1/destinos/navegador')]);
      return { pode: inscricao !== undefined, inscrito: Boolean(inscricao), chave: body.chavePublica };
    },
    staleTime: Infinity,
  });
  const feito = async (): Promise<void> => void (await Promise.all([refetch(), reler()]));
  const ligar = useEnvio(async (chave: string) => {
    const inscricao = await inscrever(chave);
    setNegado(!inscricao);
    if (!inscricao) return;
    const { endpoint, expirationTime, keys } = inscricao.toJSON();
    const { body } = await api('PUT /v1/destinos/navegador', {
      corpo: {
        endpoint: endpoint ?? '',
        expirationTime: expirationTime ?? null,
        keys: { p256dh: keys?.['p256dh'] ?? '', auth: keys?.['auth'] ?? '' },
        nome: t('destinos.navegador'),
      },
    });
    lembrarDestino(body.id);
  }, feito);
  const desligar = useEnvio(async () => {
    const id = destinoDaqui();
    await desinscrever();
    if (id !== undefined) await api('DELETE /v1/destinos/:id', { parametros: { id } });
  }, feito);
  if (!daqui?.pode || daqui.chave === null) return null;
  const { inscrito, chave } = daqui;
  return (
    <div className={estilo['pilha']}>
      <p>{t(inscrito ? 'destinos.avisaAqui' : 'destinos.avisarAqui')}</p>
      {(ligar.falha ?? desligar.falha) !== undefined && <Falha erro={ligar.falha ?? desligar.falha} />}
      <div className={estilo['linha']}>
        <Botao
          forma="secundario"
          ocupado={ligar.ocupado || desligar.ocupado}
          onClick={() => (inscrito ? desligar.enviar(undefined) : ligar.enviar(undefined, chave))}
        >
          {t(inscrito ? 'destinos.naoAvisar' : 'destinos.avisar')}
        </Botao>
        <span role="status">{negado && t('destinos.negado')}</span>
      </div>
    </div>
  );
}

/** Said before the text of today, and taken back as easily. */
function Consentimento({ finalidade, texto, concedido }: ConsentimentoHttp) {
  const t = useTextos();
  const mudar = useEnvio(
    (sim: boolean) =>
      api('PUT /v1/consentimentos/:finalidade', {
        parametros: { finalidade },
        corpo: { concedido: sim, versao: texto.versao, idioma: texto.idioma },
      }),
    relerConta,
  );
  return (
    <div className={estilo['folha']} lang={texto.idioma}>
      <h3>{texto.titulo}</h3>
      <p>{texto.texto}</p>
      {mudar.falha !== undefined && <Falha erro={mudar.falha} />}
      <div className={estilo['linha']} lang={useIdioma()}>
        <Botao
          forma="secundario"
          ocupado={mudar.ocupado}
          aria-label={`${t(concedido ? 'consentimentos.retirar' : 'consentimentos.aceitar')}: ${texto.titulo}`}
          onClick={() => mudar.enviar(undefined, !concedido)}
        >
          {t(concedido ? 'consentimentos.retirar' : 'consentimentos.aceitar')}
        </Botao>
        <span role="status">{t(concedido ? 'consentimentos.vale' : 'consentimentos.naoVale')}</span>
      </div>
    </div>
  );
}

/** By a press and not by opening it: programs open the links of letters before people do. */
export function Descadastro() {
  const t = useTextos();
  const token = useDoLink('token');
  const { ocupado, feito, falha, enviar } = useEnvio(() =>
    api('POST /v1/avisos/descadastros/:token', { parametros: { token: token ?? '' } }),
  );
  return (
    <div className={estilo['coluna']}>
      <h1>{t('titulos.descadastro')}</h1>
      {falha !== undefined && <Falha erro={falha} />}
      {feito ? (
        <Aviso tom="certo" titulo={t('descadastro.feito')} />
      ) : token === undefined ? (
        <p>{t('senha.semLink')}</p>
      ) : (
        <>
          <p>{t('descadastro.detalhe')}</p>
          <div>
            <Botao ocupado={ocupado} onClick={() => enviar(undefined)}>
              {t('descadastro.parar')}
            </Botao>
          </div>
        </>
      )}
      <p>
        <Link to={PAGINAS.preferencias} className={classeDeBotao('leve')}>
          {t('titulos.preferencias')}
        </Link>
      </p>
    </div>
  );
}
