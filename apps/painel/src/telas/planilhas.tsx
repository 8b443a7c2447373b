import { useState } from 'react';
import type { ImportacaoHttp } from '@plataforma/contracts';
import { Aviso, Botao, Escolha, Etiqueta, Falha, useUmaVez } from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { api } from '../api.js';
import estilo from '../componentes/painel.module.css';
import { Tabela } from '../componentes/tabela.js';
import { entregar } from '../entregar.js';
import { useTextos } from '../textos/index.js';

const TIPOS = ['espacos', 'horarios', 'reservas'] as const;
type Tipo = (typeof TIPOS)[number];
const TONS = { NOVA: 'livre', MUDADA: 'retido', IGUAL: 'suave', ERRO: 'perigo' } as const;
const SITUACAO = { SIMULADA: 'espera', FEITA: 'certo', RECUSADA: 'perigo' } as const;
const ehCalendario = (arquivo: File): boolean => /\.ics$/i.test(arquivo.name);

/** A file, and what became of it, or would. */
interface Arquivo {
  readonly nome: string;
  readonly conteudo: string;
  readonly calendario: boolean;
}

/** What houses keep in spreadsheets and calendars: brought here, looked at before it is done, and taken away in the same columns. */
export function Planilhas() {
  const t = useTextos();
  const [tipo, setTipo] = useState<Tipo>('espacos');
  const [espacoId, setEspacoId] = useState('');
  const { data: espacos } = useQuery({
    queryKey: ['espacos', 'de-planilhas'],
    queryFn: async () => (await api('GET /v1/espacos', { consulta: { limite: 100 } })).body.itens,
    enabled: tipo === 'reservas',
  });
  const levar = useUmaVez<void, { readonly modelo?: true; readonly formato?: 'ical' }>({
    mutationFn: async ({ modelo, formato }) => {
      const { body } = await api('GET /v1/planilhas/:tipo', {
        parametros: { tipo },
        consulta: {
          ...(modelo && { modelo: 'sim' as const }),
          ...(formato && { formato }),
          ...(espacoId !== '' && tipo === 'reservas' && { espacoId }),
        },
      });
      entregar(body, `${modelo ? 'modelo-' : ''}${tipo}.${formato === 'ical' ? 'ics' : 'csv'}`);
    },
  });
  return (
    <div className={estilo['tela']}>
      <h1>{t('titulos.planilhas')}</h1>
      <div className={estilo['filtros']}>
        <Escolha
          rotulo={t('planilhas.oQue')}
          value={tipo}
          onChange={({ target }) => setTipo(TIPOS.find((um) => um === target.value) ?? 'espacos')}
        >
          {TIPOS.map((um) => (
            <option key={um} value={um}>
              {t(`planilhas.tipos.${um}`)}
            </option>
          ))}
        </Escolha>
        {tipo === 'reservas' && (
          <Escolha rotulo={t('planilhas.espaco')} value={espacoId} onChange={({ target }) => setEspacoId(target.value)}>
            <option value="">{t('planilhas.todos')}</option>
            {espacos?.map(({ id, nome, cidade }) => (
              <option key={id} value={id}>
                {nome} · {cidade}
              </option>
            ))}
          </Escolha>
        )}
      </div>
      <p className={estilo['suave']}>{t(`planilhas.como.${tipo}`)}</p>
      <section className={estilo['folha']} aria-labelledby="trazer">
        <h2 id="trazer">{t('planilhas.trazer')}</h2>
        <Trazer key={`${tipo} ${espacoId}`} tipo={tipo} espacoId={espacoId} />
        <div>
          <Botao forma="leve" ocupado={levar.isPending} onClick={() => levar.mutate({ modelo: true })}>
            {t('planilhas.modelo')}
          </Botao>
        </div>
      </section>
      <section className={estilo['folha']} aria-labelledby="levar">
        <h2 id="levar">{t('planilhas.levar')}</h2>
        {levar.error && <Falha erro={levar.error} />}
        <div className={estilo['linha']}>
          <Botao forma="secundario" ocupado={levar.isPending} onClick={() => levar.mutate({})}>
            {t('planilhas.levarCsv')}
          </Botao>
          {tipo === 'reservas' && espacoId !== '' && (
            <Botao forma="secundario" ocupado={levar.isPending} onClick={() => levar.mutate({ formato: 'ical' })}>
              {t('planilhas.levarIcal')}
            </Botao>
          )}
        </div>
      </section>
    </div>
  );
}

/** First what a file would do, line by line; then, where nothing is wrong with it, the doing. */
function Trazer({ tipo, espacoId }: { tipo: Tipo; espacoId: string }) {
  const t = useTextos();
  const [arquivo, setArquivo] = useState<Arquivo>();
  const [relatorio, setRelatorio] = useState<ImportacaoHttp>();
  const trazer = useUmaVez<ImportacaoHttp, { readonly de: Arquivo; readonly simular: boolean }>({
    mutationFn: async ({ de, simular }) =>
      (
        await api('POST /v1/importacoes', {
          corpo: {
            tipo,
            conteudo: de.conteudo,
            simular,
            ...(de.calendario && { formato: 'ICAL' as const, espacoId }),
          },
        })
      ).body,
    onSuccess: setRelatorio,
  });
  const podeFazer = arquivo && relatorio?.situacao === 'SIMULADA' && relatorio.erros === 0;
  const daPasta = async (escolhido: File | undefined) => {
    setRelatorio(undefined);
    trazer.reset();
    if (!escolhido) return setArquivo(undefined);
    const lido = { nome: escolhido.name, conteudo: await escolhido.text(), calendario: ehCalendario(escolhido) };
    setArquivo(lido);
    if (!lido.calendario || espacoId !== '') trazer.mutate({ de: lido, simular: true });
  };
  return (
    <>
      <label className={estilo['pilha']}>
        <span>{t(tipo === 'reservas' ? 'planilhas.arquivoOuCalendario' : 'planilhas.arquivo')}</span>
        <input
          type="file"
          accept={tipo === 'reservas' ? '.csv,.ics,text/csv,text/calendar' : '.csv,text/csv'}
          disabled={trazer.isPending}
          onChange={({ target }) => void daPasta(target.files?.[0])}
        />
      </label>
      {arquivo?.calendario && espacoId === '' && (
        <Aviso tom="espera">
          <p>{t('planilhas.digaEspaco')}</p>
        </Aviso>
      )}
      {trazer.isPending && <p role="status">{t('lista.lendo')}</p>}
      {trazer.error && <Falha erro={trazer.error} />}
      {relatorio && (
        <>
          <Aviso tom={SITUACAO[relatorio.erros > 0 ? 'RECUSADA' : relatorio.situacao]}>
            <p>
              {t(`planilhas.situacao.${relatorio.erros > 0 ? 'RECUSADA' : relatorio.situacao}`)}{' '}
              {t('planilhas.contas', {
                novas: relatorio.novas,
                mudadas: relatorio.mudadas,
                iguais: relatorio.iguais,
                erros: relatorio.erros,
              })}
            </p>
          </Aviso>
          {podeFazer && (
            <div>
              <Botao onClick={() => trazer.mutate({ de: arquivo, simular: false })} ocupado={trazer.isPending}>
                {t('planilhas.fazer', { arquivo: arquivo.nome })}
              </Botao>
            </div>
          )}
          <Tabela
            titulo={t('planilhas.linhaALinha')}
            itens={relatorio.linhas.map((linha, i) => ({ ...linha, chave: `${linha.linha} ${i}` }))}
            chave={({ chave }) => chave}
            colunas={[
              { nome: t('planilhas.linha'), titulo: true, celula: ({ linha }) => linha },
              {
                nome: t('planilhas.queSeFaz'),
                celula: ({ situacao }) => <Etiqueta tom={TONS[situacao]}>{t(`planilhas.linhas.${situacao}`)}</Etiqueta>,
              },
              { nome: t('planilhas.oQue'), celula: ({ oQue }) => oQue },
              {
                nome: t('planilhas.erro'),
                celula: ({ erros }) =>
                  erros.map(({ campo, mensagem }) => (campo === '' ? mensagem : `${campo}: ${mensagem}`)).join('; '),
              },
            ]}
          />
        </>
      )}
    </>
  );
}
